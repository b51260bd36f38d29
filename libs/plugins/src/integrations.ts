// The catalogue of built-in integrations that are no channels: one line each. Every channel serves as one already.
import type { IntegrationDefinition } from '@checkstack/plugin-sdk';

export const integrations: readonly IntegrationDefinition[] = [];
