import type { LiveMessage, State, System } from '@checkstack/api';
import { worstFirst } from '../ui/state-badge.js';
import type { Section } from '../ui/table-parts.js';

/** What the list of systems shows: it is all in the address. */
export interface SystemFilter {
  search?: string | undefined;
  /** An id, or `none`. */
  group?: string | undefined;
  environment?: string | undefined;
  tag?: string | undefined;
  state?: string | undefined;
}

/** A system as a row; it stands in the section of each of its groups. */
export interface SystemRow {
  key: string;
  system: System;
}

export interface SystemSection extends Section<SystemRow> {
  /** The worst of its systems. */
  state: State;
}

export const ungrouped = 'none';

export function matches(system: System, { search, group, environment, tag, state }: SystemFilter): boolean {
  const words = search?.toLowerCase().split(/\s+/) ?? [];
  const text = `${system.name} ${system.description} ${system.tags.join(' ')}`.toLowerCase();
  return (
    words.every((word) => text.includes(word)) &&
    (!group || (group === ungrouped ? system.groupIds.length === 0 : system.groupIds.includes(group))) &&
    (!environment || system.environmentIds.includes(environment)) &&
    (!tag || system.tags.includes(tag)) &&
    (!state || system.state.state === state)
  );
}

/** With its state in the environment in the place of the whole one's; since when it is so, nobody knows. */
export function seenIn(system: System, environmentId: string | undefined): System {
  const seen = system.byEnvironment.find(({ environment }) => environment !== null && environment.id === environmentId);
  return seen ? { ...system, state: { state: seen.state, since: null, reason: seen.reason } } : system;
}

/** As it was told to be now. */
export function turned(system: System, message: Extract<LiveMessage, { type: 'state' }>): System {
  const { state, byEnvironment = system.byEnvironment } = message;
  return { ...system, state, byEnvironment };
}

export function stateRank(state: State): number {
  return worstFirst.indexOf(state);
}

export function countStates(systems: readonly System[]): Record<State, number> {
  const counts = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 };
  for (const { state } of systems) counts[state.state]++;
  return counts;
}

/** A section a group, worst first; systems without a group come last. */
export function sectionsOf(systems: readonly System[], group: string | undefined): SystemSection[] {
  const sections = new Map<string, { title: string; systems: System[] }>();
  for (const system of systems) {
    const groups = system.groups.length > 0 ? system.groups : [{ id: ungrouped, name: 'Without a group' }];
    for (const { id, name } of groups) {
      if (group && id !== group) continue;
      const section = sections.get(id) ?? { title: name, systems: [] };
      section.systems.push(system);
      sections.set(id, section);
    }
  }
  const made = [...sections].map(([key, { title, systems: members }]): SystemSection => {
    const worst = Math.min(...members.map(({ state }) => stateRank(state.state)));
    return {
      key,
      title,
      state: worstFirst[worst] ?? 'unknown',
      rows: members.map((system) => ({ key: `${key} ${system.id}`, system })),
    };
  });
  return made.sort(
    (left, right) =>
      Number(left.key === ungrouped) - Number(right.key === ungrouped) ||
      stateRank(left.state) - stateRank(right.state) ||
      left.title.localeCompare(right.title),
  );
}
