import { sendByChannel } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { teamsService, teamsWorkflowPath } from '../testing/teams-service.js';
import { teams } from './teams.js';

const send = (url: string, message = sampleMessage(), options = attemptOptions) =>
  sendByChannel(teams, { config: { url: url + teamsWorkflowPath }, address: {}, message, previous: null }, options);

interface Card {
  body: { type: string; text?: string; color?: string; facts?: { title: string; value: string }[] }[];
  actions: { title: string; url: string }[];
}

describe('by a workflow', () => {
  it('posts a card with everything in it', async () => {
    await using service = await Service.start(teamsService);
    expect(await send(service.url)).toMatchObject({ receipt: {}, answer: { status: 202 } });
    const { attachments } = JSON.parse(service.last.body) as { attachments: [{ content: Card }] };
    const { body, actions } = attachments[0].content;
    expect(body.map(({ type }) => type)).toEqual(['TextBlock', 'TextBlock', 'FactSet']);
    expect(body[0]?.color).toBe('attention');
    expect(body[1]?.text).toContain('**refused**');
    expect(body[1]?.text).toContain('\\[x\\](javascript:');
    expect(body[2]?.facts).toContainEqual({ title: 'Check', value: 'Front page' });
    expect(actions.map(({ title }) => title)).toEqual(['Acknowledge', 'Shop']);
  });

  it('keeps what Teams takes, however much there is to say', async () => {
    await using service = await Service.start(teamsService);
    expect((await send(service.url, endlessMessage())).failure).toBeUndefined();
  });

  it('says nothing of the URL, whose end is a secret', async () => {
    await using service = await Service.start(teamsService);
    const outcome = await sendByChannel(
      teams,
      {
        config: { url: `${service.url}/workflows/other?sig=aSecretSignature` },
        address: {},
        message: sampleMessage(),
        previous: null,
      },
      attemptOptions,
    );
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'status_401' });
    expect(JSON.stringify(outcome)).not.toContain('aSecretSignature');
  });
});

describeEndings(teamsService, (url, options) => send(url, sampleMessage(), options));
