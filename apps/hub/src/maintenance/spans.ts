import type { Span } from '../results/availability.js';

export interface MaintenanceTime extends Span {
  maintenance: { id: string; title: string };
  excluded: boolean;
}

/** The time that all of these have in common, called as the first calls it. Of one, that; of none, none. */
export function inAll<Time extends Span>([first, ...others]: readonly (readonly Time[])[]): Time[] {
  return others.reduce<Time[]>(
    (shared, other) =>
      shared.flatMap((one) =>
        other
          .map(({ fromMs, toMs }) => ({ ...one, fromMs: Math.max(one.fromMs, fromMs), toMs: Math.min(one.toMs, toMs) }))
          .filter(({ fromMs, toMs }) => toMs > fromMs),
      ),
    [...(first ?? [])],
  );
}
