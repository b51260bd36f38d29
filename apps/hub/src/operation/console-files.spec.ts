import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveConsole } from './console-files.js';

@Module({})
class EmptyModule {}

let app: NestExpressApplication;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-console-'));
  await mkdir(join(folder, 'media'));
  await writeFile(join(folder, 'index.html'), '<title>Console</title>');
  await writeFile(join(folder, 'main-ABCD1234.js'), 'main()');
  await writeFile(join(folder, 'theme.js'), 'theme()');
  app = await NestFactory.create<NestExpressApplication>(EmptyModule, { logger: false });
  serveConsole(app, folder);
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

it.each(['/', '/systems/7f3c?tab=runs', '/setup?token=abc', '/some.thing/v1.2'])(
  'answers the page to %s',
  async (path) => {
    const response = await fetch(url + path, { headers: browser });
    expect(await response.text()).toBe('<title>Console</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  },
);

it('lets browsers keep for ever what carries its hash in its name, and nothing else', async () => {
  const hashed = await fetch(`${url}/main-ABCD1234.js`);
  expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect((await fetch(`${url}/theme.js`)).headers.get('cache-control')).toBe('no-cache');
});

it.each(['/main-00000000.js', '/api/v1/none', '/healthz', '/metrics'])('answers no page for %s', async (path) => {
  const response = await fetch(url + path, { headers: path.endsWith('.js') ? { accept: '*/*' } : browser });
  expect(await response.text()).not.toContain('<title>');
});

it('serves nothing from outside its folder', async () => {
  for (const path of ['/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd', '/media%2f..%2f..%2f'])
    expect([403, 404]).toContain((await fetch(url + path)).status);
});
