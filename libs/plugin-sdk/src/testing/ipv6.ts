import { networkInterfaces } from 'node:os';

/** Whether this machine has an IPv6 loopback; some containers have none. */
export const hasIpv6 = Object.values(networkInterfaces()).some((entries) =>
  entries?.some(({ address }) => address === '::1'),
);
