// When a send that failed is tried again.

const firstMs = 10_000;
const longestMs = 3_600_000;
const shortestMs = 1_000;

/**
 * Milliseconds until the attempt after this one (1 is the first): full jitter below a bound that doubles from 10 s to 1 h,
 * so that deliveries that failed together do not come back together. Not before the service asks for it.
 */
export function waitAfter(attempt: number, retryAfterMs = 0, random: () => number = Math.random): number {
  const bound = Math.min(longestMs, firstMs * 2 ** (attempt - 1));
  return Math.max(shortestMs, Math.round(random() * bound), retryAfterMs);
}
