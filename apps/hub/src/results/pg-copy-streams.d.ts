declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** The writing end of a COPY … FROM STDIN, once a client was given it as its query. */
  export function from(sql: string): Writable & Submittable;
}
