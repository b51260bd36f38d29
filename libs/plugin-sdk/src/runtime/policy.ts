// Which targets a probe may reach. The narrowest rule decides, a denial before an equal permission.
import { BlockList } from 'node:net';
import { domainToASCII } from 'node:url';
import { familyOf, reachableBy } from './address.js';

export interface NetworkRules {
  /** Networks (`10.0.0.0/8`), addresses, host names (`example.org`) and their children (`*.example.org`). */
  allow?: readonly string[];
  deny?: readonly string[];
  /** Loopback and private networks are refused too, where nothing allows them: for who sends what many may configure. */
  guarded?: boolean;
}

/** Not a person's target, but a machine's own: credentials of cloud instances are served there. */
const denied: readonly { network: string; what: string }[] = [
  { network: '169.254.0.0/16', what: 'link-local and cloud metadata addresses' },
  { network: 'fe80::/10', what: 'link-local addresses' },
  { network: '100.100.100.200/32', what: 'cloud metadata addresses' },
  { network: '168.63.129.16/32', what: 'cloud metadata addresses' },
  { network: '192.0.0.192/32', what: 'cloud metadata addresses' },
  { network: 'fd00:ec2::/32', what: 'cloud metadata addresses' },
  { network: 'fd20:ce::254/128', what: 'cloud metadata addresses' },
  { network: 'fd00:c1::a9fe:a9fe/128', what: 'cloud metadata addresses' },
  { network: '0.0.0.0/8', what: 'unspecified addresses' },
  { network: '::/128', what: 'unspecified addresses' },
];

/** One's own machine and network: refused where `guarded`, unless a rule allows them. */
const guarded: readonly { network: string; what: string }[] = [
  { network: '127.0.0.0/8', what: 'loopback addresses' },
  { network: '::1/128', what: 'loopback addresses' },
  { network: '10.0.0.0/8', what: 'private networks' },
  { network: '172.16.0.0/12', what: 'private networks' },
  { network: '192.168.0.0/16', what: 'private networks' },
  { network: '100.64.0.0/10', what: 'private networks' },
  { network: '192.0.0.0/24', what: 'private networks' },
  { network: '198.18.0.0/15', what: 'private networks' },
  { network: '224.0.0.0/4', what: 'multicast addresses' },
  { network: '240.0.0.0/4', what: 'reserved addresses' },
  { network: 'fc00::/7', what: 'private networks' },
  { network: 'fec0::/10', what: 'private networks' },
  { network: 'ff00::/8', what: 'multicast addresses' },
];

const maxRefusals = 10_000;

interface Rule {
  allows: boolean;
  text: string;
  /** Of its own accord, not by the satellite’s owner. */
  builtIn?: string;
}

interface NetworkRule extends Rule {
  family: 4 | 6;
  prefix: number;
  list: BlockList;
}

interface HostRule extends Rule {
  host: string;
}

export class NetworkPolicy {
  private readonly networks: NetworkRule[];
  private readonly guarded: NetworkRule[];
  private readonly hosts: HostRule[];
  private readonly refusals = new Map<string, string | null>();

  /** Throws with the rule that cannot be read. `rules` are the owner's, as another process can take them over. */
  constructor(readonly rules: NetworkRules = {}) {
    const own = [
      ...(rules.deny ?? []).map((text) => ({ allows: false, text })),
      ...(rules.allow ?? []).map((text) => ({ allows: true, text })),
    ];
    const builtIn = denied.map(({ network, what }) => ({ allows: false, text: network, builtIn: what }));
    this.networks = [...own, ...builtIn]
      .filter(({ text }) => isNetwork(text))
      .map(networkRule)
      .sort((one, other) => other.prefix - one.prefix);
    this.guarded = (rules.guarded ? guarded : []).map(({ network, what }) =>
      networkRule({ allows: false, text: network, builtIn: what }),
    );
    this.hosts = own
      .filter(({ text }) => !isNetwork(text))
      .map(hostRule)
      .sort((one, other) => specificity(other.host) - specificity(one.host));
  }

  /** Why this host may not be reached under any address; null when an address decides. */
  refuseHost(host: string): string | null {
    const rule = this.hostRule(host);
    return rule && !rule.allows ? `the rule "deny ${rule.text}"` : null;
  }

  /** Why this address of a host may not be reached; null when it may. A host allowed by name passes the owner's denied networks. */
  refuseAddress(address: string, host: string): string | null {
    const key = `${address} ${host}`;
    let refusal = this.refusals.get(key);
    if (refusal === undefined) {
      refusal = this.judge(address, host);
      if (this.refusals.size >= maxRefusals) this.refusals.clear();
      this.refusals.set(key, refusal);
    }
    return refusal;
  }

  private judge(address: string, host: string): string | null {
    const allowedByName = this.hostRule(host)?.allows ?? false;
    for (const reached of reachableBy(address)) {
      const covers = ({ family, list }: NetworkRule): boolean =>
        family === reached.family && list.check(reached.address, family === 4 ? 'ipv4' : 'ipv6');
      const rule =
        this.networks.find((rule) => !(allowedByName && !rule.allows && !rule.builtIn) && covers(rule)) ??
        (allowedByName ? undefined : this.guarded.find(covers));
      if (!rule || rule.allows) continue;
      return rule.builtIn ? `the built-in rule against ${rule.builtIn} (${rule.text})` : `the rule "deny ${rule.text}"`;
    }
    return null;
  }

  private hostRule(host: string): HostRule | undefined {
    if (this.hosts.length === 0) return undefined;
    const name = normal(host);
    return this.hosts.find((rule) =>
      rule.host.startsWith('*.') ? name.endsWith(rule.host.slice(1)) : name === rule.host,
    );
  }
}

function isNetwork(text: string): boolean {
  return text.includes('/') || familyOf(text) !== undefined;
}

function networkRule(rule: Rule): NetworkRule {
  const [address = '', length, ...rest] = rule.text.split('/');
  const family = familyOf(address);
  const bits = family === 6 ? 128 : 32;
  const prefix = length === undefined ? bits : Number(length);
  const valid = family && rest.length === 0 && /^\d*$/.test(length ?? '') && length !== '' && prefix <= bits;
  if (!valid) throw new Error(`not a network: ${rule.text}`);
  const list = new BlockList();
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return { ...rule, family, prefix, list };
}

function hostRule(rule: Rule): HostRule {
  const host = normal(rule.text);
  if (!/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) throw new Error(`not a network or host name: ${rule.text}`);
  return { ...rule, host };
}

/** As the resolver will read it: lower case, punycode, without the dot of the root. */
function normal(host: string): string {
  const [, wildcard = '', name = ''] = /^(\*\.)?(.*?)\.?$/.exec(host)!;
  return wildcard + (domainToASCII(name) || name.toLowerCase());
}

/** An exact name before a suffix, a longer suffix before a shorter one. */
function specificity(host: string): number {
  return host.startsWith('*.') ? host.length : host.length + 1_000;
}
