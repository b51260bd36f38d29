// What is probed: a light web server, in a process of its own so that it costs the measured ones nothing.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { answering } from './answering.mjs';

const body = Buffer.from('<!doctype html><title>ok</title><p>All is well.\n');

answering(async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': body.length }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: () => `http://127.0.0.1:${server.address().port}`,
    requests: () => requests,
  };
});
