// A client may offer any upgrade (curl offers h2c); a server that does not want it answers as if nothing were offered (RFC 9110 §7.8).
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Gives the connection back to the server, which reads the request again without its offer. */
export function answerWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value;
    if (kept !== '' && !offer.has(name.toLowerCase())) lines.push(`${name}: ${kept}`);
  }
  // As they came: a header's bytes are read as Latin-1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

/** What belongs to the offer alone. */
const offer = new Set(['upgrade', 'http2-settings']);

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !offer.has(option.toLowerCase())).join(', ');
}
