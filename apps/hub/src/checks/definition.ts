import type { CollectorUse } from '@checkstack/api';

/** What a check runs. As it is stored, its secrets stand sealed inside. */
export interface Definition {
  kind: string;
  config: Record<string, unknown>;
  collectors: CollectorUse[];
  timeoutMs: number;
}

/** A definition and the place where it is stored: `checks/<id>`; its secrets open nowhere else. */
export interface StoredDefinition {
  definition: Definition;
  binding: string;
}
