import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from './policy.js';
import { StartupError } from './startup-error.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkstack-policy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function policyFrom(content: unknown): ReturnType<typeof loadPolicy> {
  const path = join(folder, 'policy.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadPolicy(path);
}

describe('the policy of a satellite’s owner', () => {
  it('without a file allows every kind, but neither link-local nor metadata addresses', () => {
    const policy = loadPolicy(undefined);
    const { network } = policy;
    expect(policy.refuseProbe({ kind: 'http' })).toBeNull();
    expect(network.refuseAddress('192.0.2.1', 'a.example')).toBeNull();
    expect(network.refuseAddress('169.254.169.254', 'a.example')).not.toBeNull();
  });

  it('allows only the kinds that are named, if some are', () => {
    const policy = policyFrom({ probes: { allow: ['http', 'tcp'], deny: ['tcp'] } });
    expect(['http', 'tcp', 'ssh'].map((kind) => policy.refuseProbe({ kind }))).toEqual([
      null,
      'probes.deny names tcp',
      'probes.allow does not name ssh',
    ]);
  });

  it('says what its documentation says', () => {
    const page = readFileSync(new URL('../../../docs/satellite-policy.md', import.meta.url), 'utf8');
    const { network, refuseProbe } = policyFrom(/```json\n(.*?)```/s.exec(page)?.[1]);
    const refuses = (address: string, host = address): boolean =>
      (network.refuseHost(host) ?? network.refuseAddress(address, host)) !== null;
    expect(['http', 'ssh'].map((kind) => refuseProbe({ kind }) !== null)).toEqual([false, true]);
    expect(['10.20.1.2', '10.21.1.2', '192.0.2.1', '2001:db8::1'].map((address) => refuses(address))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(refuses('192.0.2.1', 'a.corp.example')).toBe(false);
    expect(refuses('10.20.1.2', 'admin.corp.example')).toBe(true);
    expect(refuses('169.254.169.254', 'a.corp.example')).toBe(true);
  });

  it('lets no probe run code, unless it says so', () => {
    const script = { kind: 'script', runsCode: true };
    const named = { probes: { allow: ['script'] } };
    expect(loadPolicy(undefined).refuseProbe(script)).toBe('scripts is off');
    expect(policyFrom({ ...named, scripts: 'off' }).refuseProbe(script)).toBe('scripts is off');
    expect(policyFrom(named).refuseProbe(script)).toBe('scripts is off');
    expect(policyFrom({ scripts: 'on' }).refuseProbe(script)).toBeNull();
    expect(policyFrom({ scripts: 'on', probes: { deny: ['script'] } }).refuseProbe(script)).toContain('probes.deny');
    expect(policyFrom({ scripts: 'on', probes: { allow: ['http'] } }).refuseProbe(script)).toContain('probes.allow');
  });

  it('keeps probes to networks', () => {
    const { network } = policyFrom({ networks: { allow: ['192.0.2.0/24'], deny: ['0.0.0.0/0', '192.0.2.7'] } });
    expect(network.refuseAddress('192.0.2.1', 'a.example')).toBeNull();
    expect(network.refuseAddress('192.0.2.7', 'a.example')).not.toBeNull();
    expect(network.refuseAddress('198.51.100.1', 'a.example')).not.toBeNull();
  });

  it.each([
    ['no JSON', '{', /policy\.json is not valid/],
    ['a misspelt rule, which would protect nothing', { network: { deny: ['10.0.0.0/8'] } }, /network/],
    ['no word for scripts', { scripts: true }, /scripts/],
    ['no network', { networks: { deny: ['10.0.0.0/99'] } }, /10\.0\.0\.0\/99/],
  ])('stops the start with a sentence when it holds %s', (_, content, message) => {
    expect(() => policyFrom(content)).toThrow(StartupError);
    expect(() => policyFrom(content)).toThrow(message);
  });

  it('stops the start when its file is not there', () => {
    expect(() => loadPolicy(join(folder, 'absent.json'))).toThrow(/cannot be read/);
  });
});
