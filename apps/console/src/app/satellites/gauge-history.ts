import { effect, signal, untracked, type Signal } from '@angular/core';
import type { SatelliteGauges } from '@checkstack/api';

/** As many as an hour of heartbeats. */
const kept = 360;

/** The gauges that came since the page was opened, oldest first. The hub keeps only the newest; nothing is made up. */
export function gaugeHistory(
  source: () => { id: string; gauges: SatelliteGauges | null } | undefined,
): Signal<readonly SatelliteGauges[]> {
  const history = signal<readonly SatelliteGauges[]>([]);
  let of: string | undefined;
  effect(() => {
    const given = source();
    if (!given) return;
    const known = given.id === of ? untracked(history) : [];
    of = given.id;
    const { gauges } = given;
    if (gauges && known.at(-1)?.at === gauges.at) return;
    history.set(gauges ? [...known, gauges].slice(-kept) : known);
  });
  return history.asReadonly();
}
