// The failure codes that the host of a probe produces, so that every probe lists them in one word.
import type { FailureDefinition } from './probe.js';
import { ProbeFailure, type Side } from './verdict.js';

/** What `context.lookup` and `context.dial` throw. */
export const networkFailures = {
  refused_by_policy: { side: 'config', title: 'The satellite’s network policy refuses this target' },
  dns_not_found: { side: 'target', title: 'The host name does not exist' },
  dns_failed: { side: 'network', title: 'The name servers could not answer' },
  dns_timeout: { side: 'network', title: 'The name servers did not answer in time' },
  connect_refused: { side: 'target', title: 'The target refuses connections on this port' },
  connect_timeout: { side: 'network', title: 'The target did not accept the connection in time' },
  network_unreachable: { side: 'network', title: 'There is no route to the target’s network' },
  host_unreachable: { side: 'network', title: 'The target’s network reports the host as unreachable' },
  connection_reset: { side: 'target', title: 'The connection was reset' },
  connect_failed: { side: 'network', title: 'The connection failed' },
  tls_untrusted: { side: 'target', title: 'The certificate is not trusted' },
  tls_expired: { side: 'target', title: 'The certificate has expired' },
  tls_not_yet_valid: { side: 'target', title: 'The certificate is not valid yet' },
  tls_wrong_name: { side: 'target', title: 'The certificate is for another name' },
  tls_client_refused: { side: 'target', title: 'The target refuses the client certificate' },
  tls_timeout: { side: 'target', title: 'The TLS handshake did not finish in time' },
  tls_failed: { side: 'target', title: 'The TLS handshake failed' },
  tls_bad_options: { side: 'config', title: 'The TLS options cannot be used' },
  too_many_open_files: { side: 'satellite', title: 'The satellite has too many open files' },
  no_free_port: { side: 'satellite', title: 'The satellite has no free local port or address' },
  out_of_memory: { side: 'satellite', title: 'The satellite’s system is out of network memory' },
  not_permitted: { side: 'satellite', title: 'The satellite’s system forbids the connection' },
} as const satisfies Record<string, FailureDefinition>;

/** What `context.request` throws besides. */
export const httpFailures = {
  invalid_request: { side: 'config', title: 'The request cannot be sent as configured' },
  response_timeout: { side: 'target', title: 'No response headers in time' },
  body_timeout: { side: 'target', title: 'The response body did not end in time' },
  connection_closed: { side: 'target', title: 'The target closed the connection too early' },
  bad_response: { side: 'target', title: 'The response is not valid HTTP' },
  proxy_unreachable: { side: 'network', title: 'The proxy cannot be reached' },
  proxy_refused: { side: 'network', title: 'The proxy refuses to connect to the target' },
  proxy_login_refused: { side: 'config', title: 'The proxy does not accept the user or password' },
} as const satisfies Record<string, FailureDefinition>;

/** What ends any run, whatever its probe. */
export const runFailures = {
  timeout: { side: 'target', title: 'The run did not end in time' },
  cancelled: { side: 'satellite', title: 'The run was cancelled' },
  probe_crashed: { side: 'satellite', title: 'The probe has an error of its own' },
  probe_out_of_memory: { side: 'satellite', title: 'The probe needs more memory than it may have' },
  process_not_started: { side: 'satellite', title: 'The satellite could not start the probe’s process' },
  invalid_config: { side: 'config', title: 'The configuration is not valid' },
  unresolved_template: { side: 'config', title: 'A template has no value' },
} as const satisfies Record<string, FailureDefinition>;

const hostFailures: Record<string, { side: Side }> = { ...networkFailures, ...httpFailures, ...runFailures };

export type HostFailureCode = keyof typeof networkFailures | keyof typeof httpFailures | keyof typeof runFailures;

/** A failure of the tables above, with the side that its code stands for. */
export function hostFailure(code: HostFailureCode, message: string, options?: ErrorOptions): ProbeFailure {
  return new ProbeFailure(hostFailures[code]!.side, code, message, options);
}
