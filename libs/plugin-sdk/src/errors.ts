// Node's and OpenSSL's error codes as failures that a person can act on.
import { hostFailure, type HostFailureCode } from './failures.js';
import { ProbeFailure } from './verdict.js';

type Explanation = [code: HostFailureCode, sentence: (target: string) => string];

const satelliteFiles: Explanation = [
  'too_many_open_files',
  () => 'The satellite has reached its limit of open files; raise it (ulimit -n) or run fewer checks there.',
];
const satelliteMemory: Explanation = [
  'out_of_memory',
  () => 'The system of the satellite has no memory left for network buffers.',
];
const forbidden: Explanation = [
  'not_permitted',
  (target) => `The system of the satellite forbids connections to ${target}; look at its firewall and sandbox rules.`,
];
const reset: Explanation = ['connection_reset', (target) => `${target} reset the connection.`];

const explanations: Record<string, Explanation> = {
  ENOTFOUND: ['dns_not_found', (target) => `The name ${target} does not exist or has no address of the wanted family.`],
  EAI_NONAME: ['dns_not_found', (target) => `The name ${target} does not exist.`],
  EAI_NODATA: ['dns_not_found', (target) => `The name ${target} has no address of the wanted family.`],
  EAI_AGAIN: ['dns_failed', (target) => `The name servers of the satellite could not answer for ${target}.`],
  EAI_FAIL: ['dns_failed', (target) => `The name servers of the satellite answered with an error for ${target}.`],
  ECONNREFUSED: [
    'connect_refused',
    (target) => `${target} refused the connection: nothing listens there, or a firewall rejects it.`,
  ],
  ECONNRESET: reset,
  EPIPE: reset,
  ECONNABORTED: reset,
  ETIMEDOUT: [
    'connect_timeout',
    (target) => `${target} did not answer; the host is down or a firewall drops the packets.`,
  ],
  ENETUNREACH: ['network_unreachable', (target) => `The satellite has no route to the network of ${target}.`],
  EHOSTUNREACH: [
    'host_unreachable',
    (target) => `No route leads to ${target}: the host is down or in another network.`,
  ],
  EHOSTDOWN: ['host_unreachable', (target) => `${target} is reported as down.`],
  ENETDOWN: ['network_unreachable', () => 'The network of the satellite is down.'],
  EMFILE: satelliteFiles,
  ENFILE: satelliteFiles,
  ENOBUFS: satelliteMemory,
  ENOMEM: satelliteMemory,
  EAI_MEMORY: satelliteMemory,
  EADDRNOTAVAIL: [
    'no_free_port',
    (target) => `The satellite has no free local port or no local address from which ${target} can be reached.`,
  ],
  EACCES: forbidden,
  EPERM: forbidden,
  ERR_SSL_WRONG_VERSION_NUMBER: ['tls_failed', (target) => `${target} does not speak TLS on this port.`],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['tls_failed', (target) => `${target} does not speak TLS on this port.`],
  ERR_SSL_UNSUPPORTED_PROTOCOL: [
    'tls_failed',
    (target) => `${target} speaks only TLS versions that the check excludes.`,
  ],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: [
    'tls_failed',
    (target) => `${target} refuses the TLS versions that the check allows.`,
  ],
};

const clientRefusals =
  /CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE|ALERT_UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|CERTIFICATE_REVOKED|ALERT_ACCESS_DENIED|UNSUPPORTED_CERTIFICATE/;

/** What an error of a socket means. A ProbeFailure stays itself. */
export function networkFailure(error: unknown, target: string): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  const { code = '', message } = describe(error);
  const known = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  if (known) return hostFailure(known[0], known[1](target), { cause: error });
  if (/^ERR_(SSL|TLS)|^EPROTO$/.test(code)) {
    if (clientRefusals.test(code)) {
      const sentence = `${target} wants a client certificate that it accepts: ${reasonOf(message)}.`;
      return hostFailure('tls_client_refused', sentence, { cause: error });
    }
    return hostFailure('tls_failed', `The TLS handshake with ${target} failed: ${reasonOf(message)}.`, {
      cause: error,
    });
  }
  return hostFailure('connect_failed', `The connection to ${target} failed: ${code || reasonOf(message)}.`, {
    cause: error,
  });
}

function describe(error: unknown): { code?: string; message: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? { code, message: error.message } : { message: error.message };
}

/** OpenSSL writes `40C7:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../file.c:1605:…`. */
function reasonOf(message: string): string {
  const reason = /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/i.exec(message)?.[1] ?? message;
  return reason.trim().replace(/\.$/, '');
}
