/** What kind of trouble a database error is (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export type DatabaseFault =
  /** A row is there already. */
  | 'double'
  /** A value that the table cannot take: trying again does not help. */
  | 'data'
  /** Somebody else holds a lock; it will pass. */
  | 'lock'
  | 'other';

export function faultOf(error: unknown): DatabaseFault {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return 'other';
  if (code === '23505') return 'double';
  if (/^(22|23|54)/.test(code)) return 'data';
  // Lock timeout, deadlock, serialisation.
  return ['55P03', '40P01', '40001'].includes(code) ? 'lock' : 'other';
}
