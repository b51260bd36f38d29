import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

const least = { CHECKSTACK_HUB_URL: 'https://hub.example', CHECKSTACK_TOKEN: 'cst_abc' };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkstack-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function problems(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('the settings', () => {
  it('need the hub’s address and a token, and have defaults for the rest', () => {
    expect(loadConfig(least)).toEqual({
      hubUrl: 'https://hub.example',
      tokens: ['cst_abc'],
      dataDir: resolve('checkstack-satellite'),
      policyFile: undefined,
      probeEnvironment: {},
      spool: { sync: 'interval', maxBytes: 268_435_456, maxAgeMs: 72 * 3_600_000 },
      healthPort: undefined,
      parent: undefined,
    });
  });

  it('are kept from probes, as is whatever else their owner has in the environment', () => {
    const harmless = { PATH: '/bin', TZ: 'UTC', UV_THREADPOOL_SIZE: '16' };
    const secret = { AWS_SECRET_ACCESS_KEY: 'x', NODE_OPTIONS: '--inspect', CHECKSTACK_TOKEN_FILE: undefined };
    expect(loadConfig({ ...least, ...harmless, ...secret }).probeEnvironment).toEqual(harmless);
  });

  it('name all mistakes at once, a sentence each', () => {
    const wrong = {
      CHECKSTACK_HUB_URL: 'hub.example',
      CHECKSTACK_TOKEN: 'not a token',
      CHECKSTACK_SPOOL_SYNC: 'sometimes',
      CHECKSTACK_SPOOL_MAX_BYTES: '12',
      CHECKSTACK_SPOOL_MAX_AGE_HOURS: '100',
      CHECKSTACK_HEALTH_PORT: 'http',
      CHECKSTACK_PARENT: 'father',
    };
    const lines = problems(wrong);
    expect(lines).toHaveLength(Object.keys(wrong).length);
    for (const [index, name] of Object.keys(wrong).entries()) expect(lines[index]).toContain(name);
  });

  it('say what is missing', () => {
    expect(problems({})).toEqual([
      expect.stringMatching(/^CHECKSTACK_HUB_URL must be the address of the hub/),
      expect.stringMatching(/^CHECKSTACK_TOKEN \(or CHECKSTACK_TOKEN_FILE\)/),
    ]);
  });

  it('take an empty setting for none', () => {
    expect(loadConfig({ ...least, CHECKSTACK_HEALTH_PORT: '', CHECKSTACK_POLICY_FILE: '' }).healthPort).toBeUndefined();
  });

  it('take two tokens while one replaces the other', () => {
    expect(loadConfig({ ...least, CHECKSTACK_TOKEN: 'cst_new, cst_old' }).tokens).toEqual(['cst_new', 'cst_old']);
  });

  it('take the token from a file', () => {
    const path = join(folder, 'token');
    writeFileSync(path, 'cst_filed\n');
    const { CHECKSTACK_HUB_URL } = least;
    expect(loadConfig({ CHECKSTACK_HUB_URL, CHECKSTACK_TOKEN_FILE: path }).tokens).toEqual(['cst_filed']);
    expect(problems({ CHECKSTACK_HUB_URL, CHECKSTACK_TOKEN_FILE: `${path}.gone` })).toEqual([
      expect.stringMatching(/^CHECKSTACK_TOKEN_FILE cannot be read: ENOENT/),
    ]);
  });

  it('never show a token, nor take a password that would stand in the log', () => {
    expect(problems({ ...least, CHECKSTACK_TOKEN: 'cst_abc und so' }).join()).not.toContain('cst_abc');
    expect(problems({ ...least, CHECKSTACK_HUB_URL: 'https://me:secret@hub.example' })).toEqual([
      'CHECKSTACK_HUB_URL must not hold a password.',
    ]);
  });
});
