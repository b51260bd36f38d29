import type { Socket } from 'node:net';
import { daysLeft, nameOf } from '../certificate.js';
import type { Connection, DialRequest, TlsOptions } from '../context.js';
import { displayAddress } from './address.js';
import { connect } from './connect.js';
import { lookup } from './lookup.js';
import { elapsedMs, type Network } from './network.js';
import { secure } from './tls.js';

/** Name, connection and, when asked, TLS, each with its time. Throws ProbeFailure. */
export async function dial(network: Network, request: DialRequest): Promise<Connection & { stream: Socket }> {
  const { host, port } = request;
  const startedAt = performance.now();
  const addresses = await lookup(network, host, request.family);
  const dnsMs = elapsedMs(startedAt);
  const dialledAt = performance.now();
  const stream = await connect(network, host, port, addresses);
  const connectMs = elapsedMs(dialledAt);
  const connection = {
    stream,
    remoteAddress: displayAddress(stream.remoteAddress),
    timings: { dnsMs, connectMs },
  };
  network.log(`Connected to ${connection.remoteAddress} port ${port} (${Math.round(connectMs)} ms)`);
  return request.tls ? overTls(network, connection, host, request.tls) : connection;
}

/** The same connection, encrypted. Throws ProbeFailure. */
export async function overTls(
  network: Network,
  connection: Connection & { stream: Socket },
  host: string,
  options: TlsOptions,
): Promise<Connection & { stream: Socket }> {
  const startedAt = performance.now();
  const { stream, facts } = await secure(network, connection.stream, host, options);
  const tlsMs = elapsedMs(startedAt);
  const { certificate } = facts;
  network.log(
    `${facts.protocol}, ${facts.cipher}, certificate of ${nameOf(certificate.subject)} by ${nameOf(certificate.issuer)}, ` +
      `${daysLeft(certificate)} days left${facts.authorized ? '' : `, not trusted: ${facts.authorizationError}`} (${Math.round(tlsMs)} ms)`,
  );
  return { ...connection, stream, tls: facts, timings: { ...connection.timings, tlsMs } };
}
