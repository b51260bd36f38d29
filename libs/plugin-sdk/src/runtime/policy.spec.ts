import { describe, expect, it } from 'vitest';
import { NetworkPolicy, type NetworkRules } from './policy.js';

function refusal(rules: NetworkRules, address: string, host = address): string | null {
  const policy = new NetworkPolicy(rules);
  return policy.refuseHost(host) ?? policy.refuseAddress(address, host);
}

describe('without rules', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '10.0.0.1',
    '192.168.1.1',
    'fd00::1',
    '93.184.216.34',
    '2606:2800:220:1::1',
    '170.0.0.1',
  ])('%s may be reached', (address) => expect(refusal({}, address)).toBeNull());

  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '168.63.129.16',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '0.0.0.0',
    '::',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '64:ff9b:1:abcd::169.254.169.254',
    '::ffff:0:169.254.169.254',
    '2002:a9fe:a9fe::1',
  ])('%s may not', (address) => expect(refusal({}, address)).toContain('built-in rule'));
});

describe('the narrowest rule decides', () => {
  it.each<[string, NetworkRules, string, string, boolean]>([
    ['a denied network', { deny: ['10.0.0.0/8'] }, '10.1.2.3', '10.1.2.3', false],
    ['outside of it', { deny: ['10.0.0.0/8'] }, '11.1.2.3', '11.1.2.3', true],
    ['an IPv4 address in IPv6 clothes', { deny: ['10.0.0.0/8'] }, '::ffff:10.1.2.3', 'x.example', false],
    ['an exception to it', { deny: ['10.0.0.0/8'], allow: ['10.1.0.0/16'] }, '10.1.2.3', '10.1.2.3', true],
    [
      'an exception to the exception',
      { deny: ['10.0.0.0/8', '10.1.2.3'], allow: ['10.1.0.0/16'] },
      '10.1.2.3',
      'x',
      false,
    ],
    ['of equal rules the denial', { deny: ['10.1.0.0/16'], allow: ['10.1.0.0/16'] }, '10.1.2.3', '10.1.2.3', false],
    [
      'only what is listed',
      { deny: ['0.0.0.0/0', '::/0'], allow: ['10.0.0.0/8'] },
      '192.168.0.1',
      '192.168.0.1',
      false,
    ],
    ['what is listed', { deny: ['0.0.0.0/0', '::/0'], allow: ['10.0.0.0/8'] }, '10.0.0.1', '10.0.0.1', true],
    ['metadata, allowed by address', { allow: ['169.254.169.254'] }, '169.254.169.254', 'm.example', true],
    ['metadata, allowed by its network', { allow: ['169.254.0.0/16'] }, '169.254.169.254', 'm.example', true],
    ['metadata, under a wide permission', { allow: ['0.0.0.0/0'] }, '169.254.169.254', 'm.example', false],
    ['a denied name', { deny: ['bad.example'] }, '10.0.0.1', 'bad.example', false],
    ['a denied name, spelt otherwise', { deny: ['bad.example'] }, '10.0.0.1', 'BAD.example.', false],
    ['a denied name in wide letters', { deny: ['bad.example'] }, '10.0.0.1', 'ｂad.example', false],
    ['a child of a denied name', { deny: ['*.bad.example'] }, '10.0.0.1', 'a.b.bad.example', false],
    ['the parent of denied children', { deny: ['*.bad.example'] }, '10.0.0.1', 'bad.example', true],
    ['a name that only ends alike', { deny: ['*.bad.example'] }, '10.0.0.1', 'notbad.example', true],
    ['an allowed child', { deny: ['*.bad.example'], allow: ['ok.bad.example'] }, '10.0.0.1', 'ok.bad.example', true],
    [
      'a name in a denied network',
      { deny: ['0.0.0.0/0'], allow: ['*.corp.example'] },
      '10.0.0.1',
      'a.corp.example',
      true,
    ],
    ['a name that leads to metadata', { allow: ['*.corp.example'] }, '169.254.169.254', 'a.corp.example', false],
  ])('%s', (_, rules, address, host, allowed) => {
    if (allowed) expect(refusal(rules, address, host)).toBeNull();
    else expect(refusal(rules, address, host)).toMatch(/rule/);
  });

  it('is named in the refusal', () => {
    expect(refusal({ deny: ['10.0.0.0/8'] }, '10.0.0.1')).toBe('the rule "deny 10.0.0.0/8"');
    expect(refusal({ deny: ['*.bad.example'] }, '10.0.0.1', 'a.bad.example')).toBe('the rule "deny *.bad.example"');
  });
});

describe('a rule that cannot be read', () => {
  it.each([
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/x',
    'http://a.example',
    'a b',
    '',
    '*',
    '::/129',
  ])('%j is refused', (text) => expect(() => new NetworkPolicy({ deny: [text] })).toThrow('not a network'));
});
