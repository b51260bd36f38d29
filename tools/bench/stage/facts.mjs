// Results as the http probe reports them of an https address: every fact that it keeps, with its own precision.

const issuers = ["Let's Encrypt E7", "Let's Encrypt R12", 'GTS CA 1D4', 'DigiCert Global G2 TLS RSA SHA256 2020 CA1'];

const milliseconds = (least, spread) => {
  // Latencies have a long tail.
  const value = least + spread * -Math.log(1 - Math.random());
  return Math.round(value * 1000) / 1000;
};

/** What stays the same from run to run of one address. */
export function addressOf(number) {
  const host = `service-${number}.example.org`;
  return {
    bodyBytes: 400 + ((number * 7919) % 90_000),
    httpVersion: '1.1',
    remoteAddress: `198.51.${100 + (number % 2)}.${number % 254}`,
    certificateDays: 10 + (number % 80),
    certificateIssuer: issuers[number % issuers.length],
    certificateSubject: host,
    baseMs: 15 + (number % 60),
  };
}

export function factsOf(address, { isEncrypted = true } = {}) {
  const dnsMs = milliseconds(0.2, 0.6);
  const connectMs = milliseconds(address.baseMs / 4, 2);
  const tlsMs = milliseconds(address.baseMs / 2, 4);
  const firstByteMs = milliseconds(address.baseMs, 10);
  const totalMs = Math.round((dnsMs + connectMs + (isEncrypted ? tlsMs : 0) + firstByteMs + 0.4) * 1000) / 1000;
  return {
    'response.status': 200,
    'response.dnsMs': dnsMs,
    'response.connectMs': connectMs,
    ...(isEncrypted && { 'response.tlsMs': tlsMs }),
    'response.firstByteMs': firstByteMs,
    'response.totalMs': totalMs,
    'response.bodyBytes': address.bodyBytes,
    'response.bodyCut': false,
    'response.redirects': 0,
    'response.httpVersion': address.httpVersion,
    'response.remoteAddress': address.remoteAddress,
    ...(isEncrypted && {
      'response.certificateDays': address.certificateDays,
      'response.certificateIssuer': address.certificateIssuer,
      'response.certificateSubject': address.certificateSubject,
    }),
  };
}

export function resultOf(slice, slotMs, options) {
  const facts = factsOf(slice.address, options);
  return {
    kind: 'result',
    slice: slice.id,
    slotMs,
    attempt: 0,
    startedAtMs: slotMs + Math.floor(Math.random() * 4),
    monotonicMs: 0,
    verdict: 'healthy',
    durationMs: Math.round((facts['response.totalMs'] + 0.3) * 1000) / 1000,
    failure: null,
    facts,
    assertions: [],
  };
}
