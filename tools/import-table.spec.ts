import { ESLint } from 'eslint';
import { expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;

/** The messages about imports that linting this one line as this file gives. */
async function refusals(file: string, line: string): Promise<string[]> {
  // Types are of no matter to the table, and reading them for a file that does not exist would fail.
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
    ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports',
  });
  const [result] = await eslint.lintText(`${line}\n`, { filePath: `${root}${file}` });
  return result?.messages.map(({ message }) => message) ?? [];
}

it.each([
  ['apps/satellite/src/session.ts', "import '@checkstack/api';"],
  ['apps/satellite/src/session.ts', "import '@checkstack/plugins';"],
  ['apps/console/src/app/console.routes.ts', "import '@checkstack/link';"],
  ['apps/console/src/app/console.routes.ts', "import '@checkstack/plugins/probes';"],
  ['libs/plugins/src/http.ts', "import '@checkstack/link';"],
  ['libs/plugins/src/http.ts', "import 'node:net';"],
  ['libs/plugins/src/http.ts', "import 'tls';"],
  ['libs/plugins/src/http.ts', "import 'node:dgram';"],
  ['libs/plugins/src/http.ts', "import 'node:http';"],
  ['libs/api/src/checks.ts', "import '@checkstack/link';"],
  ['libs/link/src/frames.ts', "import '@checkstack/plugin-sdk';"],
  ['apps/hub/src/checks/checks.service.ts', "import '../catalog/system.entity.js';"],
  ['apps/hub/src/checks/checks.service.ts', "import '@checkstack/satellite';"],
  ['apps/hub/src/checks/checks.service.ts', "import '../../../../libs/link/src/frames.js';"],
])('in %s, lint refuses %s', async (file, line) => {
  expect(await refusals(file, line)).toHaveLength(1);
});

it.each([
  ['apps/satellite/src/session.ts', "import '@checkstack/plugins/probes';"],
  ['apps/satellite/src/session.ts', "import '@checkstack/plugin-sdk/runtime';"],
  ['apps/console/src/app/console.routes.ts', "import '@checkstack/api';"],
  ['libs/plugins/src/http.ts', "import '@checkstack/plugin-sdk';"],
  ['libs/plugins/src/http.spec.ts', "import 'node:http';"],
  ['apps/hub/src/checks/checks.service.ts', "import './check.entity.js';"],
  ['apps/hub/src/checks/checks.service.ts', "import '../catalog/systems.service.js';"],
])('in %s, lint lets %s pass', async (file, line) => {
  expect(await refusals(file, line)).toEqual([]);
});
