import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { importTable } from './import-table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The table alone: the other rules need files that exist. */
const table = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...importTable],
});

async function complaints(file: string, imported: string): Promise<string[]> {
  const [result] = await table.lintText(`import { thing } from '${imported}';`, { filePath: `${root}${file}` });
  return result?.messages.map(({ ruleId }) => ruleId ?? '') ?? [];
}

describe('an import that the table has is allowed', () => {
  it.each([
    ['apps/hub/src/main.ts', '@checkstack/link'],
    ['apps/hub/src/main.ts', '@checkstack/plugins'],
    ['apps/hub/src/checks/checks.service.ts', '../catalog/systems.service.js'],
    ['apps/hub/src/checks/checks.service.ts', './check.entity.js'],
    ['apps/satellite/src/main.ts', '@checkstack/plugins/probes'],
    ['apps/satellite/src/main.ts', 'node:http'],
    ['apps/console/src/app/app.ts', '@checkstack/api'],
    ['libs/plugins/src/http.ts', '@checkstack/plugin-sdk'],
    ['libs/plugins/src/http.spec.ts', 'node:http'],
  ])('%s: %s', async (file, imported) => {
    expect(await complaints(file, imported)).toEqual([]);
  });
});

describe('an import that the table lacks fails lint', () => {
  it.each([
    ['apps/hub/src/main.ts', '@checkstack/satellite'],
    ['apps/hub/src/checks/checks.service.ts', '../catalog/system.entity.js'],
    ['apps/satellite/src/main.ts', '@checkstack/api'],
    ['apps/satellite/src/main.ts', '@checkstack/plugins'],
    ['apps/satellite/src/main.ts', '../../hub/src/config.js'],
    ['apps/console/src/app/app.ts', '@checkstack/plugin-sdk'],
    ['apps/console/src/app/app.ts', '@checkstack/link'],
    ['libs/link/src/frame.ts', '@checkstack/plugin-sdk'],
    ['libs/plugin-sdk/src/probe.ts', '@checkstack/plugins'],
    ['libs/plugins/src/http.ts', '@checkstack/api'],
    ['libs/plugins/src/http.ts', 'node:http'],
    ['libs/plugins/src/tcp.ts', 'net'],
    ['libs/plugins/src/tcp.ts', 'node:dns/promises'],
    ['apps/hub/src/main.ts', '../../../libs/link/src/frame.js'],
    ['libs/api/src/checks.ts', '../../link/src/frame.js'],
  ])('%s: %s', async (file, imported) => {
    expect(await complaints(file, imported)).toEqual(['no-restricted-imports']);
  });
});

it('is part of the lint that everybody runs', async () => {
  const everyday = new ESLint({ cwd: root });
  for (const file of ['apps/hub/src/main.ts', 'apps/satellite/src/main.ts', 'libs/link/src/index.ts']) {
    const config = (await everyday.calculateConfigForFile(`${root}${file}`)) as { rules: Record<string, unknown> };
    expect(config.rules).toHaveProperty(['no-restricted-imports', 0], 2);
  }
});
