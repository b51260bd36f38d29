// What the specs of plugins need. Never part of a product.
export { makeAuthority, type Authority, type Certificate, type CertificateOptions } from './certificate.js';
export { hasIpv6 } from './ipv6.js';
export { assertFailure, networkHandles, runnerOf } from './runs.js';
export { echo, Servers } from './servers.js';
export { openFullPort, type FullPort } from './full-port.js';
