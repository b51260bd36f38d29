// The catalogue of built-in channels: one line each.
import type { ChannelDefinition } from '@checkstack/plugin-sdk';
import { backstage } from './channels/backstage.js';
import { discord } from './channels/discord.js';
import { gotify } from './channels/gotify.js';
import { mail } from './channels/mail.js';
import { pushover } from './channels/pushover.js';
import { slack } from './channels/slack.js';
import { teams } from './channels/teams.js';
import { telegram } from './channels/telegram.js';
import { webex } from './channels/webex.js';
import { webhook } from './channels/webhook.js';

export const channels: readonly ChannelDefinition[] = [
  mail,
  slack,
  teams,
  discord,
  telegram,
  webex,
  pushover,
  gotify,
  backstage,
  webhook,
];
