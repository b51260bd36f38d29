import { createConnection, type Socket } from 'node:net';
import { networkFailure } from '../errors.js';
import { hostFailure } from '../failures.js';
import { seconds, type Network, type ResolvedAddress } from './network.js';

/** How long one address may be silent before the next is tried beside it (RFC 8305 §5). */
const nextAddressAfterMs = 250;

/**
 * Connects to the first address that answers. Only these addresses are dialled, never the name: what the policy has seen
 * is what is reached. Throws ProbeFailure.
 */
export function connect(network: Network, host: string, port: number, addresses: ResolvedAddress[]): Promise<Socket> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const { abort } = network;
  return new Promise((resolve, reject) => {
    const attempts = new Set<Socket>();
    let next = 0;
    let firstError: unknown;
    let timer: NodeJS.Timeout | undefined;

    const end = (): void => {
      clearTimeout(timer);
      abort.unlisten(onAbort);
      for (const socket of attempts) socket.destroy();
    };
    const onAbort = (): void => {
      end();
      reject(
        hostFailure(
          'connect_timeout',
          `${target} did not accept a connection within ${seconds(network.timeoutMs)}; the host is down or a firewall drops the packets.`,
        ),
      );
    };
    const attempt = (): void => {
      clearTimeout(timer);
      const address = addresses[next++];
      if (!address) return;
      const socket = createConnection({ host: address.address, port, noDelay: true });
      attempts.add(socket);
      network.opened.add(socket);
      socket.once('connect', () => {
        attempts.delete(socket);
        end();
        resolve(socket);
      });
      socket.on('error', (error) => {
        if (!attempts.delete(socket)) return;
        firstError ??= error;
        network.log(`${address.address} port ${port}: ${error.message}`);
        if (next < addresses.length) attempt();
        else if (attempts.size === 0) {
          end();
          reject(networkFailure(firstError, target));
        }
      });
      socket.once('close', () => network.opened.delete(socket));
      if (next < addresses.length) timer = setTimeout(attempt, nextAddressAfterMs);
    };

    if (abort.isAborted) return onAbort();
    abort.listen(onAbort);
    attempt();
  });
}
