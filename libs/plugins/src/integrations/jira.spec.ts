import type { Receipt } from '@checkstack/plugin-sdk';
import { sendByIntegration, verifyConfig } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { jiraAccessToken, jiraAccount, jiraService } from '../testing/jira-service.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { jira } from './jira.js';

const cloud = { type: 'cloud', ...jiraAccount };
const resolved = sampleMessage({ event: { type: 'incident', what: 'resolved' }, title: 'Incident resolved' });
const send = (
  url: string,
  given: { auth?: object; options?: object; message?: typeof resolved; previous?: Receipt } = {},
  options = attemptOptions,
) => {
  const { auth = cloud, message = sampleMessage(), previous = null } = given;
  const chosen = { project: 'EX', closeBy: 'done', ...given.options };
  return sendByIntegration(jira, { config: { url, auth }, options: chosen, event: null, message, previous }, options);
};
const requestsTo = ({ received }: Service): string[] => received.map(({ method, path }) => `${method} ${path}`);

describe('what begins', () => {
  it('becomes a work item, and its key is kept', async () => {
    await using service = await Service.start(jiraService);
    expect((await send(service.url)).receipt).toEqual({ externalId: 'EX-24' });
    const { fields } = JSON.parse(service.last.body) as { fields: Record<string, unknown> };
    expect(fields).toMatchObject({
      project: { key: 'EX' },
      issuetype: { name: 'Task' },
      summary: 'Shop <front> is unhealthy & slow',
      labels: ['checkstack'],
    });
    expect(fields['description']).toContain('Check: Front page');
  });

  it('is plain text, whatever signs of the wiki stand in it', async () => {
    await using service = await Service.start(jiraService);
    await send(service.url, { message: sampleMessage({ body: '{html}x{html} !http://e.example/a.png! [~admin]' }) });
    const { description } = (JSON.parse(service.last.body) as { fields: { description: string } }).fields;
    expect(description).toContain('\\{html\\}x\\{html\\} \\!http://e.example/a.png\\! \\[\\~admin\\]');
  });

  it('goes through, however much there is to say', async () => {
    await using service = await Service.start(jiraService);
    expect((await send(service.url, { message: endlessMessage() })).failure).toBeUndefined();
  });

  it('in a project that is not there is permanent, in Jira’s own words', async () => {
    await using service = await Service.start(jiraService);
    const { failure } = await send(service.url, { options: { project: 'NO' } });
    expect(failure).toMatchObject({ kind: 'permanent', code: 'status_400' });
    expect(failure?.message).toContain('project: valid project is required');
  });
});

describe('what goes on', () => {
  it('is a comment on its work item', async () => {
    await using service = await Service.start(jiraService);
    expect((await send(service.url, { previous: { externalId: 'EX-24' } })).receipt).toEqual({ externalId: 'EX-24' });
    expect(requestsTo(service)).toEqual(['POST /rest/api/2/issue/EX-24/comment']);
    expect((JSON.parse(service.last.body) as { body: string }).body).toContain('Shop <front> is unhealthy');
  });

  it('becomes another work item when the first was deleted', async () => {
    await using service = await Service.start(jiraService);
    expect((await send(service.url, { previous: { externalId: 'EX-404' } })).receipt).toEqual({ externalId: 'EX-24' });
  });
});

describe('what is over', () => {
  it('is a comment, and its work item is closed', async () => {
    await using service = await Service.start(jiraService);
    await send(service.url, { message: resolved, previous: { externalId: 'EX-24' } });
    expect(requestsTo(service)).toEqual([
      'POST /rest/api/2/issue/EX-24/comment',
      'GET /rest/api/2/issue/EX-24/transitions',
      'POST /rest/api/2/issue/EX-24/transitions',
    ]);
  });

  it('leaves a work item alone that somebody closed, or that is not to be closed', async () => {
    await using service = await Service.start(jiraService);
    const closed = await send(service.url, { message: resolved, previous: { externalId: 'EX-1' } });
    expect(closed.receipt).toEqual({ externalId: 'EX-1' });
    await send(service.url, { message: resolved, previous: { externalId: 'EX-24' }, options: { closeBy: '' } });
    expect(requestsTo(service).filter((request) => request.startsWith('POST'))).toEqual([
      'POST /rest/api/2/issue/EX-1/comment',
      'POST /rest/api/2/issue/EX-24/comment',
    ]);
  });

  it('makes no work item', async () => {
    await using service = await Service.start(jiraService);
    expect((await send(service.url, { message: resolved })).receipt).toEqual({});
    expect(service.received).toEqual([]);
  });
});

describe('signing in', () => {
  it.each([[cloud], [{ type: 'server', token: jiraAccessToken }]])('says who it is', async (auth) => {
    await using service = await Service.start(jiraService);
    const answer = await verifyConfig(jira, { url: `${service.url}/`, auth }, attemptOptions);
    expect(answer?.sentence).toBe('Signed in as Mia Krystof.');
  });

  it('with a wrong token is permanent, and never shows it', async () => {
    await using service = await Service.start(jiraService);
    const auth = { type: 'server', token: 'wrong-token' };
    const answer = await verifyConfig(jira, { url: service.url, auth }, attemptOptions);
    expect(answer?.failure).toMatchObject({ kind: 'permanent', code: 'status_401' });
    expect(JSON.stringify(answer)).not.toContain('wrong-token');
  });
});

describeEndings(jiraService, (url, options) => send(url, {}, options));
