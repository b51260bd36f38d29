import type { Problem } from '@checkstack/api';

/** Every refusal the hub gives over REST: code → HTTP status and the sentence that people read. */
const table = {
  invalid_request: [400, 'Something in the request is not right.'],
  invalid_setup_token: [403, 'This set-up token is not right. The hub prints the current one in its log at start.'],
  setup_done: [409, 'The first administrator exists already: sign in.'],
  not_signed_in: [401, 'Sign in first.'],
  wrong_credentials: [401, 'Mail address or password is wrong.'],
  too_many_attempts: [429, 'Too many failed attempts: wait a moment before the next one.'],
  wrong_origin: [403, 'The request does not come from this console.'],
  not_allowed: [403, 'Your role does not allow this.'],
  not_found: [404, 'There is no such thing, or not any more.'],
  already_exists: [409, 'There is one of this name already.'],
  circular: [409, 'A system cannot depend on itself, directly or through others.'],
  in_use: [409, 'It is still in use.'],
  not_now: [409, 'In the status that it has now that cannot be done.'],
  changed_meanwhile: [412, 'Somebody changed it in the meantime: read it again before you save.'],
  too_large: [413, 'The request is too large.'],
  no_satellite: [409, 'No satellite is online there.'],
  last_administrator: [409, 'At least one enabled administrator must remain.'],
  internal: [500, 'Something went wrong in the hub; its log has the details under this request id.'],
  unavailable: [503, 'The hub cannot do this right now: try again in a moment.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof table;

/** A refusal; the filter in rest/ turns it into a problem body (RFC 9457). */
export class HubProblem extends Error {
  override readonly name = 'HubProblem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly options: {
      /** Replaces the table's sentence. */
      detail?: string;
      fields?: NonNullable<Problem['fields']>;
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(options.detail ?? table[code][1], options.cause === undefined ? undefined : { cause: options.cause });
    this.status = table[code][0];
  }
}

/** A 400 that names one field. */
export function invalidField(path: string, message: string): HubProblem {
  return new HubProblem('invalid_request', { detail: message, fields: [{ path, message }] });
}
