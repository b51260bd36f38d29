/** So many runs are looked at; the share of them that brought another verdict than the one before. */
const runs = 20;
const startsAt = 0.25;
const endsBelow = 0.15;

/** Of the last runs, one bit each: whether its verdict was another one. The newest is the lowest. */
export function withVerdict(changes: number, isAnother: boolean): number {
  return ((changes << 1) | Number(isAnother)) & (2 ** runs - 1);
}

/** Between start and end it stays as it is. */
export function isFlapping(wasFlapping: boolean, changes: number): boolean {
  let count = 0;
  for (let rest = changes; rest > 0; rest >>>= 1) count += rest & 1;
  return count / runs >= (wasFlapping ? endsBelow : startsAt);
}

/** How many runs it takes to tell. */
export const flappingRuns = runs + 1;
