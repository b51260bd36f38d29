// Secrets of checks, planted in a satellite at work and then looked for wherever it could leave them.
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { FakeHub, sampleJob, sampleSlice } from '@checkstack/link/testing';
import type { Job } from '@checkstack/link';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Programs, type Program } from './testing/program.js';

const planted = {
  bearer: 'planted-bearer-"token"-1',
  basic: 'planted basic pässword 2',
  proxy: 'planted-proxy/password 3',
  keyLine: 'planted/client/key/line/one',
};
const key = `-----BEGIN PRIVATE KEY-----\n${planted.keyLine}\nplanted+client+key+line+two\n-----END PRIVATE KEY-----`;

/** Repeats what it was told, as it came and decoded, in each part of its answer that a run may keep something of. */
const target = createServer((request, response) => {
  const { authorization = '', 'proxy-authorization': proxied = '' } = request.headers;
  const decoded = [authorization, proxied].map((text) => Buffer.from(text.replace(/^Basic /, ''), 'base64').toString());
  const told = `${authorization} ${proxied}`;
  response.writeHead(418, told, { 'x-told': told });
  response.end([told, ...decoded, JSON.stringify(told), encodeURIComponent(decoded.join(' '))].join(' '));
});

let programs: Programs;
let folder: string;
let hub: FakeHub;
let satellite: Program;

beforeAll(async () => {
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  programs = await Programs.bundle();
  folder = await programs.newFolder();
  hub = await FakeHub.start();
  const env = { CHECKSTACK_HUB_URL: hub.url, CHECKSTACK_TOKEN: hub.token, CHECKSTACK_DATA_DIR: 'data' };
  satellite = programs.start(folder, env);
  await hub.connected();
  hub.sendRoster(jobs().map((job) => sampleSlice({ job, schedule: { kind: 'interval', intervalMs: 100 } })));
  await hub.stored((records) => jobs().length * 3 <= records.length);
  for (const job of jobs()) {
    const runId = hub.runNow(job);
    await hub.next('runProgress', (progress) => progress.runId === runId && progress.outcome !== null);
  }
});
afterAll(async () => {
  await programs.killAll();
  await hub[Symbol.asyncDispose]();
  await programs.remove();
  target.closeAllConnections();
  target.close();
});

function jobs(): Job[] {
  const address = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  const url = `${address}/told`;
  const certificate = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----';
  const configs = [
    { url, auth: { type: 'bearer', token: planted.bearer } },
    { url, auth: { type: 'basic', username: 'me', password: planted.basic } },
    { url, proxy: { url: address, username: 'me', password: planted.proxy } },
    { url: url.replace('http', 'https'), auth: { type: 'certificate', certificate, key } },
    // What does not fit the probe is quoted by nobody either.
    { url, auth: { type: 'bearer', token: planted.bearer, more: planted.basic }, method: planted.proxy },
  ];
  const assertions = ['body', 'header.x-told'].map((fact) => ({ fact, operator: 'equals', value: 'something else' }));
  const collectors = [{ name: 'response', configJson: '{}', assertionsJson: JSON.stringify(assertions) }];
  return configs.map((config) => sampleJob({ configJson: JSON.stringify(config), collectors }));
}

/** As texts repeat them: as they are, in JSON, in a URL, in base64 alone and behind a user's name. */
function formsOf(secret: string): string[] {
  const whole = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1);
  const encoded = [whole(secret), whole(`me:${secret}`).slice(4)];
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...encoded];
}

function found(where: string): string[] {
  return Object.values(planted)
    .flatMap(formsOf)
    .filter((form) => where.includes(form));
}

describe('a secret', () => {
  it('was told to the target, and repeated by it', () => {
    const said = hub.records.flatMap((record) => (record.kind === 'result' ? record.assertions : []));
    expect(said.filter(({ actual }) => actual.includes('***')).length).toBeGreaterThan(6);
    expect(hub.received('runProgress').flatMap(({ log }) => log).length).toBeGreaterThan(6);
  });

  it('is in no frame that the satellite sends', () => {
    const frames = hub.frames.map((frame) => JSON.stringify(frame));
    expect(frames.length).toBeGreaterThan(10);
    expect(frames.flatMap(found)).toEqual([]);
    // JSON within JSON doubles its escapes.
    expect(found(JSON.stringify(hub.frames).replaceAll('\\\\', '\\').replaceAll('\\"', '"'))).toEqual([]);
  });

  it('is nowhere in clear in the satellite’s folder', async () => {
    const names = await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(1);
    for (const { name, parentPath } of files) {
      const bytes = await readFile(join(parentPath, name));
      expect([name, ...found(bytes.toString('latin1')), ...found(bytes.toString('utf8'))]).toEqual([name]);
    }
  });

  it('is nowhere in what the satellite says', () => {
    expect(satellite.output).toContain('Connected');
    expect(found(satellite.output + satellite.complaints)).toEqual([]);
    expect(satellite.output + satellite.complaints).not.toContain(hub.token);
  });
});
