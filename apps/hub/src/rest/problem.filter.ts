import type { Problem } from '@checkstack/api';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { HubProblem, type ProblemCode } from '../problems.js';

/** Every error becomes a problem body (RFC 9457); what nobody foresaw is logged and told without its details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('rest');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request & { id?: string }>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = asProblem(error);
    if (problem.status >= 500) this.logger.error(error instanceof Error ? (error.stack ?? error.message) : error);
    if (response.headersSent) {
      response.end();
      return;
    }
    if (problem.options.retryAfterSeconds !== undefined)
      response.setHeader('Retry-After', Math.ceil(problem.options.retryAfterSeconds));
    const body: Problem = {
      type: `urn:checkstack:problem:${problem.code}`,
      title: problem.code.replaceAll('_', ' '),
      status: problem.status,
      detail: problem.message,
      code: problem.code,
      ...(problem.options.fields && { fields: problem.options.fields }),
      ...(request.id !== undefined && { requestId: request.id }),
    };
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(body));
  }
}

const byStatus: Record<number, ProblemCode> = {
  400: 'invalid_request',
  401: 'not_signed_in',
  403: 'not_allowed',
  404: 'not_found',
  413: 'too_large',
};

function asProblem(error: unknown): HubProblem {
  if (error instanceof HubProblem) return error;
  if (error instanceof HttpException) return new HubProblem(byStatus[error.getStatus()] ?? 'internal');
  // A path with a broken escape such as %zz names nothing.
  if (error instanceof URIError) return new HubProblem('not_found');
  // body-parser's errors carry status and type
  const status = (error as { status?: number } | null)?.status;
  if (status === 413) return new HubProblem('too_large');
  if (status === 400) return new HubProblem('invalid_request', { detail: 'The body is not valid JSON.' });
  // A connection that the database closed or never gave.
  const code = (error as { code?: string } | null)?.code;
  if (code !== undefined && /^(ECONN|57P0|08|53)/.test(code))
    return new HubProblem('unavailable', { retryAfterSeconds: 5, cause: error });
  // Text that PostgreSQL cannot hold, such as U+0000.
  if (code === '22021' || code === '22P05')
    return new HubProblem('invalid_request', { detail: 'The text holds a character that cannot be stored (U+0000).' });
  if (code === '23505') return new HubProblem('already_exists');
  return new HubProblem('internal', { cause: error });
}
