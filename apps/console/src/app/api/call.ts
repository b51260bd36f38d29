import type { Route } from '@checkstack/api';
import type * as z from 'zod';

type Nothing = Record<never, never>;

type Part<Name extends string, Value> = [Value] extends [undefined]
  ? { [Key in Name]?: undefined }
  : Nothing extends Value
    ? { [Key in Name]?: Value }
    : { [Key in Name]: Value };

/** What a call carries: only the parts that its route asks for. */
export type Call<R extends Route> = Part<'params', z.input<R['params']>> &
  Part<'query', z.input<R['query']>> &
  Part<'body', z.input<R['body']>> & {
    /** The version that was edited: refused when somebody else was faster. */
    version?: number;
    signal?: AbortSignal;
  };

/** The call may be left out where the route asks for nothing. */
export type CallArguments<R extends Route> = Nothing extends Call<R> ? [call?: Call<R>] : [call: Call<R>];
