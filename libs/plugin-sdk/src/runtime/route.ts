// The way to an HTTP server: straight, or through a proxy.
import { request as send } from 'node:http';
import type { Socket } from 'node:net';
import type { Connection, HttpRequest } from '../context.js';
import { hostFailure } from '../failures.js';
import { ProbeFailure } from '../verdict.js';
import { familyOf } from './address.js';
import { dial, overTls } from './dial.js';
import { elapsedMs, seconds, type Network } from './network.js';

export interface Route {
  connection: Connection & { stream: Socket };
  /** The request line names the whole URL (RFC 9112 §3.2.2): for a proxy. */
  absoluteForm: boolean;
  proxyAuthorization?: string;
}

/** Opens the connection that a request for this URL goes over. Throws ProbeFailure. */
export async function openRoute(network: Network, url: URL, request: HttpRequest): Promise<Route> {
  const host = hostOf(url);
  const port = portOf(url);
  const tls = url.protocol === 'https:' ? { alpn: ['http/1.1'], ...request.tls } : undefined;
  const family = request.family ?? 'any';
  if (request.proxy === undefined) {
    const connection = await dial(network, { host, port, family, ...(tls ? { tls } : {}) });
    return { connection, absoluteForm: false };
  }

  // The proxy resolves the name, so that only what the URL itself says can be judged here.
  const refusal = network.policy.refuseHost(host) ?? (familyOf(host) ? network.policy.refuseAddress(host, host) : null);
  if (refusal) throw hostFailure('refused_by_policy', `The satellite may not reach ${host}: ${refusal}.`);

  const proxy = new URL(request.proxy);
  const proxyAuthorization = basicAuthorization(proxy);
  const connection = await toProxy(network, proxy, family);
  const authorization = proxyAuthorization === undefined ? {} : { proxyAuthorization };
  if (!tls) return { connection, absoluteForm: true, ...authorization };
  const startedAt = performance.now();
  await tunnel(network, connection.stream, `${host.includes(':') ? `[${host}]` : host}:${port}`, proxyAuthorization);
  connection.timings.connectMs += elapsedMs(startedAt);
  return { connection: await overTls(network, connection, host, tls), absoluteForm: false };
}

async function toProxy(
  network: Network,
  proxy: URL,
  family: NonNullable<HttpRequest['family']>,
): Promise<Route['connection']> {
  try {
    return await dial(network, { host: hostOf(proxy), port: portOf(proxy), family });
  } catch (error) {
    if (!(error instanceof ProbeFailure) || error.side === 'satellite' || error.side === 'config') throw error;
    throw hostFailure('proxy_unreachable', `The proxy ${proxy.host} cannot be reached: ${error.message}`, {
      cause: error,
    });
  }
}

/** CONNECT (RFC 9110 §9.3.6). */
function tunnel(network: Network, socket: Socket, target: string, authorization: string | undefined): Promise<void> {
  const { abort } = network;
  return new Promise((resolve, reject) => {
    const outgoing = send({
      createConnection: () => socket,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(authorization ? { 'proxy-authorization': authorization } : {}) },
    });
    const end = (): void => {
      abort.unlisten(onAbort);
      outgoing.on('error', () => {});
    };
    const fail = (failure: ProbeFailure): void => {
      end();
      outgoing.destroy();
      reject(failure);
    };
    const onAbort = (): void =>
      fail(
        hostFailure(
          'proxy_unreachable',
          `The proxy did not connect to ${target} within ${seconds(network.timeoutMs)}.`,
        ),
      );
    outgoing.once('error', (error) =>
      fail(
        hostFailure('proxy_unreachable', `The proxy failed on the way to ${target}: ${error.message}.`, {
          cause: error,
        }),
      ),
    );
    outgoing.once('connect', (message, _socket, head) => {
      const status = message.statusCode ?? 0;
      if (status === 407) return fail(loginRefused());
      if (status < 200 || status > 299) {
        const answer = `${status} ${message.statusMessage ?? ''}`.trim();
        return fail(hostFailure('proxy_refused', `The proxy does not connect to ${target}: it answered ${answer}.`));
      }
      end();
      if (head.length > 0) socket.unshift(head);
      network.log(`The proxy connected to ${target}`);
      resolve();
    });
    abort.listen(onAbort);
    if (abort.isAborted) return onAbort();
    outgoing.end();
  });
}

export function loginRefused(): ProbeFailure {
  return hostFailure('proxy_login_refused', 'The proxy wants a user and password that it accepts (407).');
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '') return undefined;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

/** Without the brackets of IPv6. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
