// What the satellites watch. It numbers every request, and says the number with the length of its answer's body.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** Long enough that many assertions on a body make a large record. */
const firstNumber = 2_000;

export const moods = ['well', 'well', 'well', 'ill', 'ill', 'mute', 'rude'];

export async function startTarget() {
  const requests = [];
  const mood = new Map();
  const server = createServer((request, response) => {
    const entry = { number: firstNumber + requests.length, path: request.url, atMs: Date.now(), isAnswered: false };
    requests.push(entry);
    const how = mood.get(request.url) ?? 'well';
    if (how === 'mute') return;
    if (how === 'rude') return request.socket.destroy();
    response.on('finish', () => (entry.isAnswered = true));
    response.writeHead(how === 'ill' ? 503 : 200, { 'content-type': 'text/plain' }).end('x'.repeat(entry.number));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    requests,
    url: (path) => `http://127.0.0.1:${server.address().port}${path}`,
    set: (path, how) => mood.set(path, how),
    setAll(how) {
      for (const path of mood.keys()) mood.set(path, how);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
