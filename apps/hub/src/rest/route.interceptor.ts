import type { Route } from '@checkstack/api';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import type { z } from 'zod';
import { HubProblem, invalidField } from '../problems.js';
import { routeKey, type RoutedRequest } from './route.decorator.js';
import { findUnstorable } from './unstorable.js';

/** Parses what comes in and what goes out by the route's schemas: a wrong field is a 400 that names it, an undeclared one never leaves. */
@Injectable()
export class RouteInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = this.reflector.get<Route | undefined>(routeKey, context.getHandler());
    if (route === undefined || context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<RoutedRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    // Not to be kept: the ETag is the version that edits raise, while states in the same answer change without it.
    response.setHeader('Cache-Control', 'no-store');
    request.call = {
      // A path that cannot name anything is a thing that does not exist.
      params: parse(route.params, request.params, () => new HubProblem('not_found')),
      query: parse(route.query, request.query),
      body: parse(route.body, bodyOf(request)),
      actor: request.actor as NonNullable<RoutedRequest['actor']>,
      version: versionOf(request.headers['if-match']),
      request,
    };
    return next.handle().pipe(
      map((answer: unknown) => {
        const parsed: unknown = route.response.parse(answer);
        const version = (parsed as { version?: unknown } | undefined)?.version;
        if (typeof version === 'number') response.setHeader('ETag', `"${version}"`);
        return parsed;
      }),
    );
  }
}

function bodyOf(request: RoutedRequest): unknown {
  if (
    request.headers['content-length'] === '0' ||
    (request.body === undefined && request.headers['transfer-encoding'] === undefined)
  )
    return undefined;
  if (request.body === undefined)
    throw new HubProblem('invalid_request', { detail: 'The body must be JSON (Content-Type: application/json).' });
  return request.body;
}

function parse(schema: z.ZodType, value: unknown, otherwise?: () => HubProblem): unknown {
  const unstorable = findUnstorable(value);
  if (unstorable) throw otherwise?.() ?? invalidField(unstorable.path, unstorable.message);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (otherwise) throw otherwise();
  const fields = fieldsOf(parsed.error);
  const first = fields[0];
  throw new HubProblem('invalid_request', {
    fields,
    ...(first && { detail: first.path === '' ? first.message : `${first.path}: ${first.message}` }),
  });
}

/** The answer to a request full of nonsense must not be larger than the request. */
const mostFields = 100;

/** The wrong fields with their paths. Of a union the branch that came furthest speaks. */
export function fieldsOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues
    .slice(0, mostFields)
    .flatMap((issue) => expand(issue, []))
    .slice(0, mostFields);
}

function expand(issue: z.core.$ZodIssue, above: PropertyKey[]): { path: string; message: string }[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const depth = (issues: z.core.$ZodIssue[]) => Math.max(...issues.map((inner) => inner.path.length));
    const best = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
    if (depth(best) > 0) return best.flatMap((inner) => expand(inner, path));
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .slice(0, mostFields)
      .map((key) => ({ path: [...path, key].join('.'), message: 'There is no such field.' }));
  return [{ path: path.join('.'), message: issue.message }];
}

function versionOf(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined;
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header);
  if (!match) throw invalidField('If-Match', 'If-Match must be the ETag of the resource.');
  return Number(match[1]);
}
