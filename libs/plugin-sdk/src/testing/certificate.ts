// X.509 certificates (RFC 5280) made while a test runs: no fixture expires, no openssl is needed.
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

export interface Certificate {
  /** PEM. */
  certificate: string;
  key: string;
}

export interface CertificateOptions {
  /** Host names and IP addresses; the first is the common name. */
  names?: string[];
  /** Relative to now. */
  validFromDays?: number;
  validForDays?: number;
}

export interface Authority extends Certificate {
  issue(options?: CertificateOptions): Certificate;
}

const day = 86_400_000;

/** A certificate authority that nobody trusts unless told to. */
export function makeAuthority(name = 'Test authority'): Authority {
  const keys = newKeys();
  const certificate = build({
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signer: keys.privateKey,
    isAuthority: true,
  });
  return {
    certificate,
    key: pemOf(keys.privateKey),
    issue(options = {}) {
      const own = newKeys();
      const { names = ['localhost', '127.0.0.1', '::1'] } = options;
      const request = { ...options, names, subject: names[0]!, issuer: name, publicKey: own.publicKey };
      return {
        certificate: build({ ...request, signer: keys.privateKey, isAuthority: false }),
        key: pemOf(own.privateKey),
      };
    },
  };
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

interface Request extends CertificateOptions {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signer: KeyObject;
  isAuthority: boolean;
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

function build(request: Request): string {
  const { validFromDays = -1, validForDays = 366 } = request;
  const from = Date.now() + validFromDays * day;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName(request.issuer),
    sequence(time(from), time(from + validForDays * day)),
    commonName(request.subject),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(request))),
  );
  const signature = sign('sha256', body, request.signer);
  const certificate = sequence(body, ecdsaWithSha256, bitString(signature));
  const lines = certificate
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extensions({ isAuthority, names = [] }: Request): Buffer[] {
  const basicConstraints = sequence(...(isAuthority ? [der(0x01, Buffer.from([0xff]))] : []));
  const alternativeNames = names.map((name) => {
    if (isIPv4(name)) return der(0x87, Buffer.from(name.split('.').map(Number)));
    if (isIPv6(name)) return der(0x87, ipv6Bytes(name));
    return der(0x82, Buffer.from(name, 'ascii'));
  });
  return [
    extension('551d13', basicConstraints),
    ...(alternativeNames.length > 0 ? [extension('551d11', sequence(...alternativeNames))] : []),
  ];
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), der(0x04, value));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(name)))));
}

/** GeneralizedTime, which has no year 2050 problem. */
function time(at: number): Buffer {
  return der(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, ''), 'ascii'));
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...new Array<string>(missing).fill('0'), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
