import type { Slice } from '@checkstack/api';

type Nameable = Pick<Slice, 'id' | 'check' | 'system' | 'environment' | 'place'>;

/** Short names that tell these slices apart: always the place, and what else differs. */
export function sliceNames(slices: readonly Nameable[]): Map<string, string> {
  const differs = (part: (slice: Nameable) => string | undefined) => new Set(slices.map(part)).size > 1;
  const saysSystem = differs(({ system }) => system.id);
  const saysCheck = differs(({ check }) => check.id);
  const saysEnvironment = differs(({ environment }) => environment?.id);
  return new Map(
    slices.map((slice) => [
      slice.id,
      [
        saysSystem ? slice.system.name : undefined,
        saysCheck ? slice.check.name : undefined,
        saysEnvironment ? slice.environment?.name : undefined,
        slice.place,
      ]
        .filter(Boolean)
        .join(' · '),
    ]),
  );
}
