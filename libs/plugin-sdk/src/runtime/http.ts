// One HTTP/1.1 exchange on a connection of its own.
import { request as send, type ClientRequest, type IncomingMessage } from 'node:http';
import type { HttpRequest, HttpResponse } from '../context.js';
import { networkFailure } from '../errors.js';
import { hostFailure } from '../failures.js';
import type { ProbeFailure } from '../verdict.js';
import { readBody, type Body } from './body.js';
import { elapsedMs, seconds, type Network } from './network.js';
import { loginRefused, openRoute, type Route } from './route.js';

const maxHeaderSize = 65_536;

/** No redirects followed. Throws ProbeFailure. */
export async function exchange(network: Network, request: HttpRequest): Promise<HttpResponse> {
  const url = new URL(request.url);
  const startedAt = performance.now();
  const route = await openRoute(network, url, request);
  const { connection } = route;
  try {
    const { message, firstByteMs, body } = await roundTrip(network, url, request, route);
    if (route.absoluteForm && message.statusCode === 407) throw loginRefused();
    const totalMs = elapsedMs(startedAt);
    network.log(
      `Body of ${body.bytes} bytes${body.truncated ? ', cut there' : ''} (${Math.round(totalMs)} ms in total)`,
    );
    return {
      status: message.statusCode ?? 0,
      statusText: message.statusMessage ?? '',
      httpVersion: message.httpVersion,
      headers: headersOf(message),
      body: body.text,
      bodyBytes: body.bytes,
      truncated: body.truncated,
      remoteAddress: connection.remoteAddress,
      ...(connection.tls ? { tls: connection.tls } : {}),
      timings: { ...connection.timings, firstByteMs, totalMs },
    };
  } finally {
    connection.stream.destroy();
  }
}

interface RoundTrip {
  message: IncomingMessage;
  firstByteMs: number;
  body: Body;
}

function roundTrip(network: Network, url: URL, request: HttpRequest, route: Route): Promise<RoundTrip> {
  const { abort } = network;
  return new Promise((resolve, reject) => {
    const sentAt = performance.now();
    const outgoing = compose(url, request, route);
    const end = (): void => {
      abort.unlisten(onAbort);
      outgoing.off('error', onError);
      outgoing.on('error', () => {});
    };
    const fail = (failure: ProbeFailure): void => {
      end();
      outgoing.destroy();
      reject(failure);
    };
    const onAbort = (): void =>
      fail(
        hostFailure('response_timeout', `${url.host} sent no response headers within ${seconds(network.timeoutMs)}.`),
      );
    const onError = (error: Error): void => fail(responseFailure(error, url.host));
    const onResponse = (message: IncomingMessage): void => {
      end();
      const firstByteMs = elapsedMs(sentAt);
      network.log(`${message.statusCode} ${message.statusMessage} (${Math.round(firstByteMs)} ms)`);
      // At once: the rest of the packet may hold an error already.
      readBody(network, url.host, { outgoing, message }, request.maxBodyBytes)
        .then((body) => resolve({ message, firstByteMs, body }), reject)
        .finally(() => outgoing.destroy());
    };
    outgoing.once('response', onResponse);
    // 101 Switching Protocols: what follows is no longer HTTP.
    outgoing.once('upgrade', (message, socket) => {
      socket.destroy();
      onResponse(message);
    });
    outgoing.once('error', onError);
    abort.listen(onAbort);
    if (abort.isAborted) return onAbort();
    outgoing.end(request.body);
    network.log(`${request.method} ${url.pathname} sent`);
  });
}

function compose(
  url: URL,
  request: HttpRequest,
  { connection, absoluteForm, proxyAuthorization }: Route,
): ClientRequest {
  const headers: Record<string, string> = { 'accept-encoding': 'gzip, deflate, br' };
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  headers['host'] ??= url.host;
  if (proxyAuthorization) headers['proxy-authorization'] = proxyAuthorization;
  try {
    return send({
      createConnection: () => connection.stream,
      method: request.method,
      path: absoluteForm ? `${url.origin}${url.pathname}${url.search}` : url.pathname + url.search,
      headers,
      maxHeaderSize,
      joinDuplicateHeaders: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw hostFailure('invalid_request', `The request cannot be sent: ${reason}.`, { cause: error });
  }
}

/** What went wrong between the sent request and the end of the response headers. */
function responseFailure(error: NodeJS.ErrnoException, host: string): ProbeFailure {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return hostFailure('bad_response', `${host} sent more than ${maxHeaderSize} bytes of headers.`, { cause: error });
  }
  if (error.code?.startsWith('HPE_')) {
    return hostFailure('bad_response', `${host} did not answer with HTTP/1.1: ${error.message}.`, { cause: error });
  }
  if (error.code === 'ECONNRESET' && error.syscall === undefined) {
    return hostFailure('connection_closed', `${host} closed the connection without answering.`, { cause: error });
  }
  return networkFailure(error, host);
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}
