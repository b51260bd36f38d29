// Messages as the structured layouts of services: Slack's blocks, and Adaptive Cards (Teams, Webex).
import type { Message } from '../message.js';
import { escapeMarkdown } from './markdown.js';
import { renderMarkdown, shortened } from './render.js';

const quiet = { title: false, fields: false, links: false } as const;

/** Plain text of a Block Kit text object: its limits are Slack's (https://docs.slack.dev/reference/block-kit/blocks). */
const plain = (text: string, maxLength: number) => ({
  type: 'plain_text',
  text: shortened(text, maxLength),
  emoji: false,
});
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });

export interface SlackMessage {
  /** Shown in notifications, and where blocks are not. */
  text: string;
  blocks: Record<string, unknown>[];
}

/** Slack's Block Kit. */
export function renderBlocks(message: Message): SlackMessage {
  const body = renderMarkdown(message, 'slack', { ...quiet, maxLength: 3_000 });
  // Escaped, a character becomes five at most: a field stays below its 2,000.
  const fields = message.fields.slice(0, 10).map(({ label, value }) => {
    const field = { label: shortened(label, 75), value: shortened(value, 300) };
    return mrkdwn(renderMarkdown({ ...message, body: '', fields: [field] }, 'slack', { title: false, links: false }));
  });
  const named = message.subjects.slice(0, 20).map((subject) => ({ ...subject, name: shortened(subject.name, 100) }));
  const subjects = renderMarkdown({ ...message, body: '', action: null, subjects: named }, 'slack', {
    title: false,
    fields: false,
    maxLength: 3_000,
  });
  return {
    text: renderMarkdown({ ...message, body: escapeMarkdown(shortened(message.title, 300)) }, 'slack', quiet),
    blocks: [
      { type: 'header', text: plain(message.title.replace(/\s+/g, ' ').trim() || 'Checkstack', 150) },
      ...(body === '' ? [] : [{ type: 'section', text: mrkdwn(body) }]),
      ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
      ...(subjects === '' ? [] : [{ type: 'context', elements: [mrkdwn(subjects)] }]),
      ...(message.action === null
        ? []
        : [
            {
              type: 'actions',
              elements: [
                {
                  type: 'button',
                  text: plain(message.action.label, 75),
                  url: message.action.url,
                  ...(message.importance === 'critical' ? { style: 'danger' } : {}),
                },
              ],
            },
          ]),
    ],
  };
}

const cardColours = { info: 'accent', warning: 'warning', critical: 'attention' } as const;

/** An Adaptive Card (https://adaptivecards.io/explorer/), version 1.3, which Teams and Webex both show. */
export function renderCard(message: Message): Record<string, unknown> {
  const body = renderMarkdown(message, 'common', { ...quiet, maxLength: 5_000 });
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.3',
    body: [
      {
        type: 'TextBlock',
        text: renderMarkdown({ ...message, body: escapeMarkdown(shortened(message.title, 300)) }, 'common', quiet),
        size: 'Medium',
        weight: 'Bolder',
        color: cardColours[message.importance],
        wrap: true,
      },
      ...(body === '' ? [] : [{ type: 'TextBlock', text: body, wrap: true }]),
      ...(message.fields.length === 0
        ? []
        : [
            {
              type: 'FactSet',
              facts: message.fields.slice(0, 20).map(({ label, value }) => ({
                title: shortened(label, 100),
                value: shortened(value, 500),
              })),
            },
          ]),
    ],
    actions: [
      ...(message.action ? [message.action] : []),
      ...message.subjects.map(({ name, url }) => ({ label: name, url })),
    ]
      .filter(({ url }, index, all) => all.findIndex((other) => other.url === url) === index)
      .slice(0, 5)
      .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: shortened(label, 100), url })),
  };
}
