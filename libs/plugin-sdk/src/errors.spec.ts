import { describe, expect, it } from 'vitest';
import { networkFailure } from './errors.js';
import { networkFailures } from './failures.js';
import { ProbeFailure } from './verdict.js';

const failureFor = (code: string, message = code) =>
  networkFailure(Object.assign(new Error(message), { code }), 'a.example:443');

describe('an error of the network', () => {
  it.each([
    ['ENOTFOUND', 'dns_not_found'],
    ['EAI_AGAIN', 'dns_failed'],
    ['ECONNREFUSED', 'connect_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['EPIPE', 'connection_reset'],
    ['ETIMEDOUT', 'connect_timeout'],
    ['ENETUNREACH', 'network_unreachable'],
    ['EHOSTUNREACH', 'host_unreachable'],
    ['EMFILE', 'too_many_open_files'],
    ['ENFILE', 'too_many_open_files'],
    ['ENOBUFS', 'out_of_memory'],
    ['EADDRNOTAVAIL', 'no_free_port'],
    ['EACCES', 'not_permitted'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls_failed'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls_client_refused'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tls_client_refused'],
    ['EPROTO', 'tls_failed'],
    ['ESOMETHINGNEW', 'connect_failed'],
    ['constructor', 'connect_failed'],
  ] as const)('%s is %s', (code, expected) => {
    const failure = failureFor(code);
    expect(failure).toMatchObject({ code: expected, side: networkFailures[expected].side });
    expect(failure.message).toMatch(/^[A-Za-z].*\.$/);
  });

  it('of OpenSSL is told without its source lines', () => {
    const message =
      '40C7:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../file.c:1605:SSL alert number 40\n';
    expect(failureFor('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', message).message).toBe(
      'The TLS handshake with a.example:443 failed: sslv3 alert handshake failure.',
    );
  });

  it('may be no error at all', () => {
    expect(networkFailure('oh', 'a').message).toBe('The connection to a failed: oh.');
    const failure = new ProbeFailure('config', 'odd', 'Odd.');
    expect(networkFailure(failure, 'a')).toBe(failure);
  });
});
