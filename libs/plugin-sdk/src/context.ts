import type { Duplex } from 'node:stream';
import type { PeerCertificate } from 'node:tls';

/** What a probe gets from its host. All its network access goes through here, so that no probe can forget the policy. */
export interface ProbeContext {
  /** Aborted at the time-out and on cancel. */
  signal: AbortSignal;
  timeoutMs: number;
  /** The collectors that the check asks for, with their parsed config. */
  collectors: { name: string; config: Record<string, unknown> }[];
  /** A line in this run's own log, shown to the person who tests the check. Secrets are masked by the host. */
  log(text: string): void;
  /** Opens a TCP connection, with TLS when asked. Throws ProbeFailure. The host closes what is left open at the end of the run. */
  dial(request: DialRequest): Promise<Connection>;
  /** Addresses of a host name that the policy allows, in the order to be tried. Throws ProbeFailure. */
  lookup(host: string, family?: IpFamily): Promise<{ address: string; family: 4 | 6 }[]>;
  /** One HTTP/1.1 exchange, no redirects followed. Throws ProbeFailure. */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export type IpFamily = 'any' | '4' | '6';

export interface TlsOptions {
  /** Sent as SNI and checked against the certificate; default: the host. */
  serverName?: string | undefined;
  /** PEM; replaces the system's trust store. */
  ca?: string | undefined;
  /** Report, but do not refuse, a certificate that cannot be trusted. */
  insecure?: boolean | undefined;
  minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** PEM client certificate and key. */
  certificate?: string;
  key?: string;
  alpn?: string[];
}

export interface DialRequest {
  host: string;
  port: number;
  family?: IpFamily;
  tls?: TlsOptions;
}

export interface Connection {
  stream: Duplex;
  remoteAddress: string;
  timings: { dnsMs: number; connectMs: number; tlsMs?: number };
  tls?: {
    protocol: string;
    cipher: string;
    certificate: PeerCertificate;
    authorized: boolean;
    authorizationError?: string;
  };
}

export interface HttpRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  family?: IpFamily;
  tls?: TlsOptions;
  /** `http://[user:password@]host:port` */
  proxy?: string;
  /** Bytes after which the body is cut and `truncated` is set. */
  maxBodyBytes: number;
}

export interface HttpResponse {
  status: number;
  statusText: string;
  httpVersion: string;
  /** Lower-case names; repeated ones joined with a comma. */
  headers: Record<string, string>;
  /** Decompressed, decoded by its charset. */
  body: string;
  /** Of the decompressed body, in bytes. */
  bodyBytes: number;
  truncated: boolean;
  remoteAddress: string;
  tls?: NonNullable<Connection['tls']>;
  /** Phases in milliseconds; firstByteMs counts from the sent request. */
  timings: { dnsMs: number; connectMs: number; tlsMs?: number; firstByteMs: number; totalMs: number };
}
