// The catalogue of built-in plugins: one line each.
import { definePlugin, type PluginDefinition } from '@checkstack/plugin-sdk';
import { passwordLogin } from './password.js';
import { probes } from './probes.js';

export const plugins: readonly PluginDefinition[] = [
  ...probes.map((probe) => definePlugin({ id: probe.kind, title: probe.title, probes: [probe] })),
  definePlugin({ id: 'password', title: 'Password', logins: [passwordLogin] }),
];
export { probes };
