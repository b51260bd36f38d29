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
    if (problem.code === 'internal') this.logger.error(error instanceof Error ? (error.stack ?? error.message) : error);
    else if (problem.status >= 500) this.logger.warn(reasonOf(problem));
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
    response.setHeader('Cache-Control', 'no-store');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(body));
  }
}

/** How pg's pool says it; it gives no code. */
const noConnection = /timeout exceeded when trying to connect|Connection terminated/;

const byStatus: Record<number, ProblemCode> = {
  401: 'not_signed_in',
  403: 'not_allowed',
  404: 'not_found',
  413: 'too_large',
};

function asProblem(error: unknown): HubProblem {
  if (error instanceof HubProblem) return error;
  // A path with a broken escape such as %zz names nothing.
  if (error instanceof URIError) return new HubProblem('not_found');
  // Nest's own, and the body parser's: broken JSON, an unknown charset, a body that ended early.
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: number } | null)?.status;
  const code = byStatus[status ?? 0];
  if (code !== undefined) return new HubProblem(code);
  if (status !== undefined && status >= 400 && status < 500)
    return new HubProblem('invalid_request', { detail: 'The body is not valid JSON.' });
  return asDatabaseProblem(error) ?? new HubProblem('internal', { cause: error });
}

function reasonOf({ message, options }: HubProblem): string {
  return options.cause instanceof Error ? `${message} (${options.cause.message})` : message;
}

function asDatabaseProblem(error: unknown): HubProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: string };
  // A connection that the database closed, refused or never gave.
  if (code === undefined ? noConnection.test(error.message) : /^(ECONN|57P0|08|53|3D000)/.test(code))
    return new HubProblem('unavailable', { retryAfterSeconds: 5, cause: error });
  if (code === '23505') return new HubProblem('already_exists');
  return undefined;
}
