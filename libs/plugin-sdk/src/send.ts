// What channels and integrations have in common: what they get from the hub, and how a send ends.
import type { Connection, DialRequest, HttpRequest, HttpResponse } from './context.js';

/** What a send gets from the hub. All its network access goes through here, so that none can forget the policy. */
export interface SendContext {
  /** Aborted at the time-out and when the hub stops. */
  signal: AbortSignal;
  timeoutMs: number;
  /** A line in this attempt's own log, shown to who sends a test. Secrets are masked by the hub. */
  log(text: string): void;
  /**
   * What the service said, kept with the attempt and shown to people: a status code and its text. `request` does it by
   * itself; the last one counts.
   */
  answered(status: number, text: string): void;
  /** One HTTP/1.1 exchange, no redirects followed. Throws what `send` may let through. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Opens a TCP connection, with TLS when asked. Throws what `send` may let through; closed by the hub at the end. */
  dial(request: DialRequest): Promise<Connection>;
}

/** What a service answered to a good send. */
export interface Receipt {
  /** What the service calls it: kept, and given as `previous` to the next message of the same collapse key. */
  externalId?: string;
}

/** Thrown inside a send to end it. Anything else that is thrown counts as temporary. */
export class SendFailure extends Error {
  override readonly name = 'SendFailure';
  /** How long the service wants to be left alone, in milliseconds; only with a temporary one. */
  readonly retryAfterMs: number | undefined;

  constructor(
    /** Permanent: trying again changes nothing until somebody changes the configuration. */
    readonly kind: 'permanent' | 'temporary',
    /** Stable, snake_case. */
    readonly code: string,
    /** One sentence that a person can act on. */
    message: string,
    options?: ErrorOptions & { retryAfterMs?: number | undefined },
  ) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}
