import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import { daysLeft, nameOf } from '../certificate.js';
import type { Connection, TlsOptions } from '../context.js';
import { networkFailure } from '../errors.js';
import { hostFailure, type HostFailureCode } from '../failures.js';
import type { ProbeFailure } from '../verdict.js';
import { seconds, type Network } from './network.js';

export type TlsFacts = NonNullable<Connection['tls']>;

const maxContexts = 200;
const contexts = new Map<string, SecureContext>();

/** Equal options share one context: reading a trust store costs as much as the handshake itself. */
function contextFor({ ca, certificate, key, minVersion }: TlsOptions): SecureContext {
  const id = JSON.stringify([ca, certificate, key, minVersion]);
  let context = contexts.get(id);
  if (context) {
    contexts.delete(id);
  } else {
    try {
      context = createSecureContext({ ca, cert: certificate, key, minVersion: minVersion ?? 'TLSv1.2' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw hostFailure('tls_bad_options', `The certificates of the TLS options cannot be read: ${reason}.`, {
        cause: error,
      });
    }
    const oldest = contexts.keys().next();
    if (contexts.size >= maxContexts && !oldest.done) contexts.delete(oldest.value);
  }
  contexts.set(id, context);
  return context;
}

/** The handshake on an open connection. Throws ProbeFailure. */
export function secure(
  network: Network,
  socket: Socket,
  host: string,
  options: TlsOptions,
): Promise<{ stream: TLSSocket; facts: TlsFacts }> {
  const name = options.serverName ?? host;
  const { abort } = network;
  const secureContext = contextFor(options);
  return new Promise((resolve, reject) => {
    const stream = connect({
      socket,
      host: name,
      ...(isIP(name) ? {} : { servername: name }),
      secureContext,
      ALPNProtocols: options.alpn,
      // Judged below, where the certificate can be named in the failure.
      rejectUnauthorized: false,
    });
    const end = (): void => {
      abort.unlisten(onAbort);
      stream.off('error', onError);
      stream.off('close', onClose);
      stream.on('error', () => {});
    };
    const fail = (failure: ProbeFailure): void => {
      end();
      stream.destroy();
      reject(failure);
    };
    const onAbort = (): void =>
      fail(
        hostFailure('tls_timeout', `${host} did not finish the TLS handshake within ${seconds(network.timeoutMs)}.`),
      );
    const onError = (error: Error): void => fail(networkFailure(error, host));
    const onClose = (): void =>
      fail(hostFailure('tls_failed', `${host} closed the connection during the TLS handshake.`));

    stream.once('error', onError);
    stream.once('close', onClose);
    abort.listen(onAbort);
    stream.once('secureConnect', () => {
      const facts = factsOf(stream);
      const refusal = facts.authorized || options.insecure ? undefined : distrust(name, facts);
      if (refusal) return fail(refusal);
      end();
      resolve({ stream, facts });
    });
    if (abort.isAborted) onAbort();
  });
}

function factsOf(stream: TLSSocket): TlsFacts {
  const { authorized, authorizationError } = stream;
  return {
    protocol: stream.getProtocol() ?? '',
    cipher: stream.getCipher().name,
    certificate: stream.getPeerCertificate(),
    authorized,
    ...(authorizationError ? { authorizationError: codeOf(authorizationError) } : {}),
  };
}

/** Node declares an Error and sets its code. */
function codeOf(error: Error | string): string {
  return typeof error === 'string' ? error : ((error as NodeJS.ErrnoException).code ?? error.message);
}

function distrust(name: string, { certificate, authorizationError = '' }: TlsFacts): ProbeFailure {
  const [code, reason] = reasonFor(name, certificate, authorizationError);
  return hostFailure(code, `The certificate of ${name} ${reason}`);
}

function reasonFor(name: string, certificate: PeerCertificate, code: string): [HostFailureCode, string] {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return daysLeft(certificate) < 0
        ? ['tls_expired', `expired on ${dateOf(certificate.valid_to)}; renew it.`]
        : ['tls_expired', 'is signed by a certificate that has expired; renew the chain.'];
    case 'CERT_NOT_YET_VALID':
      return ['tls_not_yet_valid', `is valid from ${dateOf(certificate.valid_from)} on; compare the clocks.`];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        'tls_wrong_name',
        `is for ${certificate.subjectaltname || nameOf(certificate.subject)}, not for ${name}.`,
      ];
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return ['tls_untrusted', 'is self-signed; give it as CA certificate or do not verify.'];
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return [
        'tls_untrusted',
        `is issued by ${nameOf(certificate.issuer)}, which the satellite does not trust, or an intermediate certificate is missing (${code}).`,
      ];
    default:
      return ['tls_untrusted', `is not trusted (${code}).`];
  }
}

function dateOf(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString().slice(0, 10);
}
