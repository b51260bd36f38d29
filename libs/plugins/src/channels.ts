// The catalogue of built-in channels: one line each.
import type { ChannelDefinition } from '@checkstack/plugin-sdk';

export const channels: readonly ChannelDefinition[] = [];
