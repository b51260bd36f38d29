// Things to watch that misbehave on a schedule, so that the console has something to tell from the first minute.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

const SECOND = 1000;
const CYCLE_POLL_MS = 500;

/** By name: what answers there, given the time since the demo began. */
const targets = {
  shop: web((age) => ({ delayMs: wave(age, 60 * SECOND, 15, 90), body: '<h1>The web shop</h1>' })),
  payments: web((age) => ({ delayMs: isWithin(age, 150, 40, 85) ? 900 : 120, body: 'ready' })),
  search: web((age) => (isWithin(age, 60, 25, 45) ? { status: 503, body: 'no index' } : { body: 'ready' })),
  warehouse: web((age) => {
    const queue = Math.round(wave(age, 240 * SECOND, 0, 120));
    return { body: JSON.stringify({ status: 'up', queue }), type: 'application/json' };
  }),
  staff: withOutages(
    300,
    70,
    130,
    web(() => ({ body: 'ready' })),
  ),
  mail: withOutages(420, 200, 240, () => net.createServer((socket) => socket.end('220 mail.example.org ESMTP\r\n'))),
};

/** Starts them on loopback, on the given ports where these are free; answers the ports by name. */
export async function startTargets(wanted = {}) {
  const began = Date.now();
  const ports = {};
  for (const [name, make] of Object.entries(targets)) {
    const server = make(() => Date.now() - began);
    ports[name] = await listen(server, wanted[name] ?? 0).catch(() => listen(server, 0));
    server.emit('placed', ports[name]);
  }
  return ports;
}

async function listen(server, port) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** A server whose answer follows from its age: status, body, type and how long it takes. */
function web(behaviour) {
  return (age) =>
    http.createServer((_, response) => {
      const { status = 200, body, type = 'text/html', delayMs = 5 } = behaviour(age());
      setTimeout(() => response.writeHead(status, { 'content-type': type }).end(body), delayMs);
    });
}

/** In every cycle it refuses connections from one second to another. */
function withOutages(cycle, from, to, make) {
  return (age) => {
    const server = make(age);
    server.once('placed', (port) => {
      setInterval(() => {
        const isOut = isWithin(age(), cycle, from, to);
        if (isOut === !server.listening) return;
        if (!isOut) server.listen(port, '127.0.0.1');
        else server.close();
      }, CYCLE_POLL_MS);
    });
    server.on('error', () => undefined);
    return server;
  };
}

function isWithin(age, cycle, from, to) {
  const second = (age / SECOND) % cycle;
  return second >= from && second < to;
}

function wave(age, periodMs, low, high) {
  return low + ((high - low) * (1 - Math.cos((2 * Math.PI * age) / periodMs))) / 2;
}
