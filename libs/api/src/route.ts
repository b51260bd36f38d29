import * as z from 'zod';
import type { AccessRule } from './access-rules.js';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Who may call a route: anyone, anyone signed in, or who holds the rule. */
export type Access = 'public' | 'signed-in' | AccessRule;

/** One REST call. The hub validates and answers by it, OpenAPI is made from it, the console is typed by it. */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  method: Method;
  /** Below /api/v1, with `:name` for parameters. */
  path: string;
  access: Access;
  summary: string;
  params: Params;
  query: Query;
  body: Body;
  /** `z.undefined()` answers 204. */
  response: Response;
  /** Of the good answer; default 200, or 204 without a body. */
  status: number;
}

type Parts<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = {
  access: Access;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  response?: R;
  status?: number;
};

type Nothing = z.ZodObject<Record<never, never>>;

/** `route('GET /systems/:id', { … })` */
export function route<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodUndefined,
>(line: `${Method} /${string}`, parts: Parts<P, Q, B, R>): Route<P, Q, B, R> {
  const [method, path] = line.split(' ') as [Method, string];
  return {
    method,
    path,
    access: parts.access,
    summary: parts.summary,
    params: parts.params ?? (z.object({}) as unknown as P),
    query: parts.query ?? (z.object({}) as unknown as Q),
    body: parts.body ?? (z.undefined() as unknown as B),
    response: parts.response ?? (z.undefined() as unknown as R),
    status: parts.status ?? (parts.response ? 200 : 204),
  };
}

/** What a handler gets, parsed. */
export interface RouteInput<R extends Route> {
  params: z.output<R['params']>;
  query: z.output<R['query']>;
  body: z.output<R['body']>;
}

/** What a caller passes. */
export interface RouteRequest<R extends Route> {
  params: z.input<R['params']>;
  query: z.input<R['query']>;
  body: z.input<R['body']>;
}

export type RouteAnswer<R extends Route> = z.output<R['response']>;
