// The catalogue of built-in channels: one line each.
import type { ChannelDefinition } from '@checkstack/plugin-sdk';
import { mail } from './channels/mail.js';
import { slack } from './channels/slack.js';
import { webhook } from './channels/webhook.js';

export const channels: readonly ChannelDefinition[] = [mail, slack, webhook];
