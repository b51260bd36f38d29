// IP addresses as numbers, and the IPv4 addresses that hide in IPv6 ones.
import { isIP } from 'node:net';

export type Family = 4 | 6;

/** 4 or 6; undefined when the text is no IP address. */
export function familyOf(text: string): Family | undefined {
  const family = isIP(text);
  return family === 4 || family === 6 ? family : undefined;
}

/**
 * The addresses that a connection to this one may reach: itself, without its zone, and an IPv4 address embedded in it (mapped and compatible, RFC 4291;
 * translated, RFC 7915; NAT64, RFC 6052 and 8215; 6to4, RFC 3056).
 */
export function reachableBy(address: string): { address: string; family: Family }[] {
  const plain = address.split('%')[0]!;
  if (familyOf(plain) !== 6) return [{ address: plain, family: 4 }];
  const embedded = embeddedIpv4(groupsOf(plain));
  return [{ address: plain, family: 6 }, ...(embedded ? [{ address: embedded, family: 4 as const }] : [])];
}

function embeddedIpv4(groups: number[]): string | undefined {
  const [first, second] = groups as [number, number];
  const zeros = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0);
  const low = dotted(groups[6]!, groups[7]!);
  if (zeros(0, 5) && groups[5] === 0xffff) return low;
  if (zeros(0, 4) && groups[4] === 0xffff && groups[5] === 0) return low;
  if (zeros(0, 6) && groups[6]! > 0) return low;
  // Of a network's own prefixes (64:ff9b:1::/48) those of 96 bits, which are in use.
  if (first === 0x64 && second === 0xff9b && groups[2]! <= 1) return low;
  if (first === 0x2002) return dotted(second, groups[2]!);
  return undefined;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = hex.split('::');
  const parse = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const left = parse(head);
  const right = tail === undefined ? [] : parse(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** An IPv4-mapped address as people write it. */
export function displayAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}
