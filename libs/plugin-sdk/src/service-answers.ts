// What an HTTP answer says about a send, the same for every service.
import type { HttpRequest, HttpResponse } from './context.js';
import { SendFailure, type SendContext } from './send.js';

const maxAnswerBytes = 65_536;
const maxRetryAfterMs = 24 * 3_600_000;
/** Too many, not yet, or not now (RFC 9110, RFC 6585, RFC 8470). */
const temporary = [408, 421, 423, 425, 429];

export interface ServiceRequest {
  /** As people call it: `Slack`. */
  service: string;
  url: string;
  /** Default: POST. */
  method?: string;
  headers?: Record<string, string>;
  tls?: HttpRequest['tls'];
  /** What the service says about a refusal, from its answer; absent or undefined: the start of its text. */
  reason?: (response: HttpResponse) => string | undefined;
}

/** Sends JSON and wants a 2xx. Throws SendFailure. */
export function sendJson(context: SendContext, request: ServiceRequest & { body: unknown }): Promise<HttpResponse> {
  const headers = { 'content-type': 'application/json', ...request.headers };
  return sendText(context, { ...request, headers, body: JSON.stringify(request.body) });
}

/** Sends `application/x-www-form-urlencoded` and wants a 2xx. Throws SendFailure. */
export function sendForm(
  context: SendContext,
  request: ServiceRequest & { body: Record<string, string> },
): Promise<HttpResponse> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...request.headers };
  return sendText(context, { ...request, headers, body: new URLSearchParams(request.body).toString() });
}

/** Sends a body as it is, or none, and wants a 2xx. Throws SendFailure. */
export async function sendText(
  context: SendContext,
  { service, url, method = 'POST', headers, tls, reason, body }: ServiceRequest & { body?: string },
): Promise<HttpResponse> {
  const response = await context.request({
    url,
    method,
    headers: { 'user-agent': 'Checkstack', ...headers },
    ...(body === undefined ? {} : { body }),
    ...(tls ? { tls } : {}),
    maxBodyBytes: maxAnswerBytes,
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw refusal(response, service, reason?.(response));
}

/** The failure that an answer other than 2xx is. */
export function refusal(response: HttpResponse, service: string, reason = startOf(response.body)): SendFailure {
  const { status } = response;
  const answer = `${status} ${response.statusText}`.trim();
  const because = reason === '' ? '' : `: ${reason}`;
  if (status >= 500 || temporary.includes(status)) {
    return new SendFailure('temporary', `status_${status}`, `${service} answered ${answer}${because}`, {
      retryAfterMs: retryAfterOf(response),
    });
  }
  const redirected =
    status >= 300 && status < 400 ? ' Redirects are not followed: give the address that it leads to.' : '';
  return new SendFailure('permanent', `status_${status}`, `${service} answered ${answer}${because}${redirected}`);
}

/** Retry-After (RFC 9110 §10.2.3), seconds or a date; bounded by a day. */
export function retryAfterOf({ headers }: Pick<HttpResponse, 'headers'>, now = Date.now()): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(/^[A-Z]/.test(text) ? text : '') - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, Math.round(waitMs)), maxRetryAfterMs);
}

/** Parsed JSON of an answer; undefined when it is none. */
export function jsonOf({ body }: Pick<HttpResponse, 'body'>): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function startOf(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
