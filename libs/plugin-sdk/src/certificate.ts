import type { PeerCertificate } from 'node:tls';

/** The common name of a subject or issuer; without one, all its parts. */
export function nameOf(name: PeerCertificate['subject'] | undefined): string {
  if (!name) return '';
  return [name.CN ?? Object.values(name)].flat(2).join(', ');
}

/** Whole days until the certificate ends; negative when it has ended. */
export function daysLeft(certificate: PeerCertificate): number {
  return Math.floor((Date.parse(certificate.valid_to) - Date.now()) / 86_400_000);
}
