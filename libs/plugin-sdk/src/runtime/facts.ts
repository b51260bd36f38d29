import { findFact, type FactValue, type Reading } from '../facts.js';
import type { ProbeDefinition } from '../probe.js';
import type { Mask } from './mask.js';
import { storable } from './text.js';

const maxFacts = 200;
const maxTextLength = 1_000;

/** The facts of a run that are kept: `collector.fact`, declared by the probe, not transient, finite and short. */
export function storedFacts(
  probe: Pick<ProbeDefinition, 'collectors'>,
  readings: Record<string, Reading>,
  mask: Mask,
): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  let count = 0;
  for (const [collector, reading] of Object.entries(readings)) {
    const definitions = Object.hasOwn(probe.collectors, collector) ? probe.collectors[collector]!.facts : {};
    for (const [name, value] of Object.entries(reading)) {
      const fact = findFact(definitions, name);
      if (!isFactValue(value) || !fact || fact.definition.transient) continue;
      if (++count > maxFacts) return facts;
      // The target names the members of a family.
      const key = `${collector}.${fact.definition.family ? mask(name) : name}`;
      facts[key] = typeof value === 'string' ? storable(mask(value), maxTextLength) : value;
    }
  }
  return facts;
}

function isFactValue(value: unknown): value is FactValue {
  return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' || typeof value === 'boolean';
}
