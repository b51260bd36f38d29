// One address for several hubs, as a load balancer gives it: each new connection goes to the next hub that takes it.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  url: string;
  /** New connections go to these, in turn. */
  route(...hubUrls: string[]): void;
  /** Through the connections that are open nothing gets any more, either way, and nobody is told. */
  swallow(): void;
}

export async function startProxy(...hubUrls: string[]): Promise<Proxy> {
  let ports = portsOf(hubUrls);
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    open.add(near);
    near.on('error', () => near.destroy()).on('close', () => open.delete(near));
    reach(near, ports.length);
  });

  function reach(near: Socket, tries: number): void {
    const far = connect(ports[turn++ % ports.length] ?? 0, '127.0.0.1');
    const next = (): void => void (tries > 1 ? reach(near, tries - 1) : near.destroy());
    far.once('error', next);
    far.once('connect', () => {
      open.add(far);
      far.off('error', next);
      far.on('error', () => near.destroy()).on('close', () => open.delete(far));
      near.on('close', () => far.destroy());
      near.pipe(far);
      far.pipe(near);
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    route(...urls) {
      ports = portsOf(urls);
    },
    swallow() {
      for (const socket of open) socket.unpipe().resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function portsOf(urls: string[]): number[] {
  return urls.map((url) => Number(new URL(url).port));
}
