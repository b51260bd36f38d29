// Jira’s work items, comments, transitions and “myself”, version 2 of the REST API, which Cloud and Data Center share
// (https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/, …/api-group-issue-comments/,
// …/api-group-myself/; https://developer.atlassian.com/server/jira/platform/personal-access-token/). Read 2026-11-23.
import * as z from 'zod';
import type { Answer, Rules } from './service.js';

export const jiraAccount = { email: 'fred@example.com', token: 'freds_api_token' };
export const jiraAccessToken = 'OTEyMDYyODg3MTc3OlVuYjBrZW4';

const create = z.strictObject({
  fields: z.strictObject({
    project: z.strictObject({ key: z.string() }),
    issuetype: z.strictObject({ name: z.string() }),
    summary: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\n\r]*$/),
    description: z.string().max(32_767),
    labels: z.array(z.string().regex(/^\S+$/)),
  }),
});
const comment = z.strictObject({ body: z.string().min(1).max(32_767) });
const transition = z.strictObject({ transition: z.strictObject({ id: z.literal('5') }) });

/** The item EX-404 is gone; EX-1 is done already. */
export const jiraService: Rules = ({ method, path, headers, body }) => {
  const basic = Buffer.from(`${jiraAccount.email}:${jiraAccount.token}`).toString('base64');
  if (![`Basic ${basic}`, `Bearer ${jiraAccessToken}`].includes(headers['authorization'] ?? ''))
    return refused(401, ['Client must be authenticated to access this resource.']);
  if (method === 'GET' && path === '/rest/api/2/myself') return json(200, { displayName: 'Mia Krystof', active: true });
  const [, key, part] = /^\/rest\/api\/2\/issue(?:\/([A-Z]+-\d+)\/(comment|transitions))?$/.exec(path) ?? [];
  if (key === 'EX-404') return refused(404, ['Issue does not exist or you do not have permission to see it.']);
  if (method === 'GET' && part === 'transitions')
    return json(200, {
      transitions:
        key === 'EX-1'
          ? []
          : [
              { id: '2', name: 'Close Issue' },
              { id: '5', name: 'Done' },
            ],
    });
  if (method !== 'POST' || !path.startsWith('/rest/api/2/issue')) return refused(404, ['Not found.']);
  if (headers['content-type'] !== 'application/json') return { status: 415 };
  const given: unknown = JSON.parse(body);
  if (part === 'comment')
    return comment.safeParse(given).success ? json(201, { id: '10000' }) : refused(400, ['Comment body is not valid.']);
  if (part === 'transitions')
    return transition.safeParse(given).success ? { status: 204 } : refused(400, ['The transition is not valid.']);
  const item = create.safeParse(given);
  if (!item.success) return refused(400, ['The fields are not valid.']);
  if (item.data.fields.project.key !== 'EX') return refused(400, [], { project: 'valid project is required' });
  return json(201, { id: '10000', key: 'EX-24', self: 'https://your-domain.atlassian.net/rest/api/2/issue/10000' });
};

function refused(status: number, errorMessages: string[], errors: object = {}): Answer {
  return json(status, { errorMessages, errors });
}

function json(status: number, content: object): Answer {
  return { status, headers: { 'content-type': 'application/json;charset=UTF-8' }, body: JSON.stringify(content) };
}
