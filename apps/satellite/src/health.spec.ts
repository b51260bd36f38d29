import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serveHealth, type Health } from './health.js';

const well: Health = { connected: true, slices: 3, spoolRecords: 0, warnings: [] };

describe('the health endpoint', () => {
  it('tells on loopback how the satellite is, as soon as there is something to tell', async () => {
    let health: Health | null = null;
    const server = await serveHealth(0, () => health);
    const { port, address } = server.address() as AddressInfo;
    const ask = (path: string, method = 'GET'): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, { method });
    try {
      expect(address).toBe('127.0.0.1');
      expect((await ask('/healthz')).status).toBe(503);
      health = well;
      const response = await ask('/healthz');
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual(well);
      expect((await ask('/')).status).toBe(404);
      expect((await ask('/healthz', 'POST')).status).toBe(405);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('says when its port is taken', async () => {
    const server = await serveHealth(0, () => null);
    const { port } = server.address() as AddressInfo;
    await expect(serveHealth(port, () => null)).rejects.toThrow(/EADDRINUSE/);
    server.close();
  });
});
