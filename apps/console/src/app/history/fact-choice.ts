// Which facts of a check can be drawn, by unit: what has the same unit shares a chart.
import type { Check, ProbeDescriptor } from '@checkstack/api';

export interface DrawnFact {
  /** `collector.fact` */
  key: string;
  label: string;
  isStepped: boolean;
}

export interface FactGroup {
  /** In the address: the unit, or the fact itself where it has none. */
  key: string;
  title: string;
  unit: string | null;
  facts: DrawnFact[];
}

const unitTitles: Record<string, string> = { ms: 'Times', bytes: 'Sizes', days: 'Days', '%': 'Shares' };

export function factGroups(check: Pick<Check, 'collectors'>, probe: ProbeDescriptor): FactGroup[] {
  const used = new Set(check.collectors.map(({ collector }) => collector));
  const groups = new Map<string, FactGroup>();
  for (const collector of probe.collectors.filter(({ name }) => used.has(name))) {
    for (const { name, label, unit, chart, type, family, transient } of collector.facts) {
      if (type !== 'number' || chart === null || family || transient) continue;
      const fact: DrawnFact = { key: `${collector.name}.${name}`, label, isStepped: chart === 'step' };
      // Numbers without a unit have nothing in common.
      const key = unit ?? fact.key;
      const group = groups.get(key) ?? { key, title: unit ? (unitTitles[unit] ?? unit) : label, unit, facts: [] };
      group.facts.push(fact);
      groups.set(key, group);
    }
  }
  // Times first: they are asked for most.
  return [...groups.values()].sort((left, right) => Number(right.unit === 'ms') - Number(left.unit === 'ms'));
}
