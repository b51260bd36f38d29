import type { Environment } from '@checkstack/api';
import type { TemplateName } from '../schema-form/templates.js';

/** What may stand in `{{ … }}`: of the system, of the check, and every field that some environment has. */
export function templateNames(environments: readonly Environment[]): readonly TemplateName[] {
  const keys = new Set(environments.flatMap(({ fields }) => Object.keys(fields)));
  return [
    { name: 'system.name', meaning: 'The system it watches' },
    { name: 'check.name', meaning: 'This check' },
    ...[...keys].map((key) => ({ name: `environment.${key}`, meaning: 'Of the environment' })),
  ];
}
