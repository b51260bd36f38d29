// The catalogue of built-in plugins: one line each.
import { definePlugin, type PluginDefinition } from '@checkstack/plugin-sdk';
import { channels } from './channels.js';
import { integrations } from './integrations.js';
import { passwordLogin } from './password.js';
import { probes } from './probes.js';

export const plugins: readonly PluginDefinition[] = [
  ...probes.map((probe) => definePlugin({ id: probe.kind, title: probe.title, probes: [probe] })),
  ...channels.map((channel) =>
    definePlugin({ id: `channel-${channel.kind}`, title: channel.title, channels: [channel] }),
  ),
  ...integrations.map((integration) =>
    definePlugin({ id: `integration-${integration.kind}`, title: integration.title, integrations: [integration] }),
  ),
  definePlugin({ id: 'password', title: 'Password', logins: [passwordLogin] }),
];
export { channels, integrations, probes };
