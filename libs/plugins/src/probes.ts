// The catalogue of built-in probes: one line each.
import type { ProbeDefinition } from '@checkstack/plugin-sdk';
import { http } from './http.js';
import { tcp } from './tcp.js';

export const probes: readonly ProbeDefinition[] = [http, tcp];
