/** A stored reading. Lists and bodies exist only while assertions are evaluated. */
export type FactValue = number | string | boolean;

/** What a collector reads in one run: stored facts, and transient ones that are asserted and dropped. */
export type Reading = Record<string, FactValue | string[] | undefined>;

export const factTypes = ['number', 'text', 'flag', 'list'] as const;
export type FactType = (typeof factTypes)[number];

export interface FactDefinition {
  type: FactType;
  label: string;
  description?: string;
  /** `ms`, `bytes`, `%`, `days`, … */
  unit?: string;
  /** How the console draws it over time; absent: not drawn. */
  chart?: 'line' | 'step';
  /** Asserted on the satellite, never shipped or stored (bodies, lists). */
  transient?: boolean;
  /** The name is a prefix: `header` stands for `header.content-type` and all its siblings, in lower case. */
  family?: boolean;
}

/** The fact that a name stands for, by itself or as a member of a family; `name` as readings spell it. */
export function findFact(
  facts: Record<string, FactDefinition>,
  name: string,
): { name: string; definition: FactDefinition; member?: string } | undefined {
  if (Object.hasOwn(facts, name)) return facts[name]!.family ? undefined : { name, definition: facts[name]! };
  const dot = name.indexOf('.');
  const family = dot > 0 ? name.slice(0, dot) : '';
  const member = name.slice(dot + 1).toLowerCase();
  if (!Object.hasOwn(facts, family) || !facts[family]!.family || member === '') return undefined;
  return { name: `${family}.${member}`, definition: facts[family]!, member };
}

type Options = Omit<FactDefinition, 'type' | 'label'>;

export const fact = {
  number: (label: string, options: Options = {}): FactDefinition => ({ type: 'number', label, ...options }),
  text: (label: string, options: Options = {}): FactDefinition => ({ type: 'text', label, ...options }),
  flag: (label: string, options: Options = {}): FactDefinition => ({ type: 'flag', label, ...options }),
  list: (label: string, options: Options = {}): FactDefinition => ({
    type: 'list',
    label,
    transient: true,
    ...options,
  }),
};
