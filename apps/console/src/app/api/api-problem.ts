import { HttpErrorResponse } from '@angular/common/http';
import { problem, type Problem } from '@checkstack/api';

/** A refused or failed call, with a sentence for people. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    /** 0 when the hub could not be reached. */
    readonly status: number,
    /** Stable, snake_case. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly fields: NonNullable<Problem['fields']> = [],
    readonly requestId?: string,
  ) {
    super(detail);
  }

  /** The sentence for one field (`collectors.0.config.url`), if it was wrong. */
  field(path: string): string | undefined {
    return this.fields.find((field) => field.path === path)?.message;
  }
}

/** Whatever went wrong, as a problem. */
export function toApiProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (!(error instanceof HttpErrorResponse)) {
    const detail = error instanceof Error ? error.message : String(error);
    return new ApiProblem(0, 'unexpected', 'Something went wrong in the console', detail);
  }
  if (error.status === 0) {
    return new ApiProblem(0, 'unreachable', 'The hub does not answer', 'Check your connection, then try again.');
  }
  const told = problem.safeParse(error.error);
  if (told.success) {
    const { status, code, title, detail, fields, requestId } = told.data;
    return new ApiProblem(status, code, title, detail, fields, requestId);
  }
  return new ApiProblem(
    error.status,
    'unexpected_answer',
    'The hub gave an unexpected answer',
    `It answered ${error.status} without saying why. A proxy in between may be the cause.`,
  );
}
