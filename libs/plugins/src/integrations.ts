// The catalogue of built-in integrations that are no channels: one line each. Every channel serves as one already.
import type { IntegrationDefinition } from '@checkstack/plugin-sdk';
import { jira } from './integrations/jira.js';
import { webhook } from './integrations/webhook.js';

export const integrations: readonly IntegrationDefinition[] = [webhook, jira];
