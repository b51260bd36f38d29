import { getEventListeners } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ProbeContext } from '../context.js';
import { fact, type Reading } from '../facts.js';
import { defineProbe } from '../probe.js';
import { ProbeFailure, sides } from '../verdict.js';
import { NetworkPolicy } from './policy.js';
import type { LogLine } from './run-log.js';
import { prepareProbe, runProbe, type RunOptions } from './run-probe.js';

const policy = new NetworkPolicy();

type Run = (context: ProbeContext) => Promise<Record<string, Reading>>;

function sample(run: Run) {
  return defineProbe({
    kind: 'sample',
    title: 'Sample',
    description: '',
    config: z.strictObject({
      host: z.string().meta({ templatable: true }).default('a'),
      password: z.string().meta({ secret: true }).optional(),
    }),
    collectors: {
      one: {
        title: 'One',
        facts: {
          ms: fact.number('Time'),
          said: fact.text('Said'),
          body: fact.text('Body', { transient: true }),
          header: fact.text('Header', { family: true }),
          names: fact.list('Names'),
        },
      },
      two: { title: 'Two', config: z.strictObject({ key: z.string().meta({ secret: true }) }), facts: {} },
    },
    failures: {},
    run: (_config, context) => run(context),
  });
}

const fast = { fact: 'ms', operator: 'less', value: 100 } as const;
const one = [{ collector: 'one', assertions: [fast] }];

function run(probe: Run, options: Partial<RunOptions> & { config?: unknown; collectors?: unknown[] } = {}) {
  const { config = {}, collectors = one, ...rest } = options;
  return runProbe(sample(probe), {
    config,
    collectors: collectors as typeof one,
    timeoutMs: 5_000,
    policy,
    ...rest,
  });
}

describe('a run that ends by itself', () => {
  it('is judged by its assertions', async () => {
    expect(await run(async () => ({ one: { ms: 5 } }))).toMatchObject({ verdict: 'healthy', facts: { 'one.ms': 5 } });
    const slow = await run(async () => ({ one: { ms: 500 } }));
    expect(slow).toMatchObject({ verdict: 'unhealthy', assertions: [{ passed: false, actual: '500' }] });
    expect(slow.failure).toBeUndefined();
  });

  it.each(sides)('with a failure of side %s keeps what was read before', async (side) => {
    const outcome = await run(async () => {
      throw new ProbeFailure(side, 'odd', 'Odd.', { readings: { one: { ms: 500 } } });
    });
    expect(outcome).toMatchObject({
      verdict: side === 'target' || side === 'network' ? 'unhealthy' : 'unknown',
      failure: { side, code: 'odd', message: 'Odd.' },
      facts: { 'one.ms': 500 },
      assertions: [{ passed: false }],
    });
  });

  it('and read nothing has no assertions', async () => {
    const outcome = await run(async () => {
      throw new ProbeFailure('target', 'odd', 'Odd.');
    });
    expect(outcome).toMatchObject({ facts: {}, assertions: [] });
  });

  it.each([
    ['an error', () => Promise.reject(new TypeError('x is undefined')), 'TypeError: x is undefined'],
    ['a text', () => Promise.reject('oh') as never, 'oh'], // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors -- that is the case
    ['no readings', async () => undefined as never, 'error of its own'],
    ['wrong readings', async () => ({ one: null }) as never, 'error of its own'],
  ])('by a crash is the satellite’s failure: %s', async (_, crash: Run, message) => {
    const outcome = await run(crash);
    expect(outcome).toMatchObject({ verdict: 'unknown', failure: { side: 'satellite', code: 'probe_crashed' } });
    expect(outcome.failure!.message).toContain(message);
  });

  it('keeps only facts that can be stored', async () => {
    const { facts } = await run(async () => ({
      one: {
        ms: Number.NaN,
        said: `a\0b\ud800${'c'.repeat(5_000)}`,
        body: 'large',
        names: ['a'],
        'header.server': 'x',
        unknown: 1,
        constructor: 'x',
      },
      three: { ms: 1 },
    }));
    expect(Object.keys(facts)).toEqual(['one.said', 'one.header.server']);
    expect(facts['one.said']).toHaveLength(1_000);
    expect(facts['one.said']).toMatch(/^a\ufffdb\ufffdc/);
  });

  it('gives the probe its parsed collectors', async () => {
    let seen: unknown;
    const collectors = [{ collector: 'two', config: { key: 'k' } }, { collector: 'one' }];
    await run(async (context) => ((seen = context.collectors), {}), { collectors });
    expect(seen).toEqual([
      { name: 'two', config: { key: 'k' } },
      { name: 'one', config: {} },
    ]);
  });
});

describe('a configuration that cannot run', () => {
  it.each([
    ['wrong config', { config: { host: 5 } }, 'invalid_config', 'host: '],
    ['no config', { config: null }, 'invalid_config', 'config: '],
    ['unknown collector', { collectors: [{ collector: 'gone' }] }, 'invalid_config', 'collectors.0.collector: '],
    [
      'bad assertion',
      { collectors: [{ collector: 'one', assertions: [{ fact: 'said', operator: 'matches', value: '(' }] }] },
      'invalid_config',
      'collectors.0.assertions.0.value: ',
    ],
    [
      'open template',
      { config: { host: 'a.{{ environment.domain }}' } },
      'unresolved_template',
      '{{ environment.domain }} in host',
    ],
    ['open secret of its own', { config: { password: '${{ secrets.TOKEN }}' } }, 'unresolved_template', 'in password'],
    [
      'open secret of a collector',
      { collectors: [{ collector: 'two', config: { key: '${{ secrets.KEY }}' } }] },
      'unresolved_template',
      'in collectors/0/config/key',
    ],
    ['open secret', { config: { host: '${{ secrets.TOKEN }}' } }, 'unresolved_template', '{{ secrets.TOKEN }}'],
  ])('is unknown, never healthy: %s', async (_, options, code, message) => {
    const log: string[] = [];
    const onLog = ({ text }: LogLine): unknown => log.push(text);
    const outcome = await run(async () => ({ one: { ms: 1 } }), { ...options, onLog });
    expect(outcome).toMatchObject({ verdict: 'unknown', failure: { side: 'config', code }, facts: {}, assertions: [] });
    expect(outcome.failure!.message).toContain(message);
    expect(log).toEqual([outcome.failure!.message]);
  });

  it('says so in every run', async () => {
    const prepared = prepareProbe(
      sample(async () => ({})),
      { config: 5, collectors: [] },
    );
    const options = { timeoutMs: 100, policy };
    expect((await prepared.run(options)).failure).toEqual((await prepared.run(options)).failure);
  });

  it('may hold braces that are no templates', async () => {
    expect((await run(async () => ({ one: { ms: 1 } }), { config: { host: '{{ name }}' } })).verdict).toBe('healthy');
  });
});

describe('a run that does not end by itself', () => {
  const untilAborted: Run = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const forEver: Run = () => new Promise(() => {});

  it('times out', async () => {
    const outcome = await run(untilAborted, { timeoutMs: 50 });
    expect(outcome).toMatchObject({
      verdict: 'unhealthy',
      failure: { side: 'target', code: 'timeout', message: 'The run did not end within 0.1 s.' },
    });
  });

  it('times out when its probe ends too late', async () => {
    const tooLate: Run = ({ signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve({ one: { ms: 1 } })));
    expect(await run(tooLate, { timeoutMs: 50 })).toMatchObject({
      verdict: 'unhealthy',
      failure: { code: 'timeout' },
      facts: {},
    });
  });

  it('is left behind when it does not listen', async () => {
    const outcome = await run(forEver, { timeoutMs: 50 });
    expect(outcome).toMatchObject({ verdict: 'unhealthy', failure: { code: 'timeout' } });
    expect(outcome.failure!.message).toContain('left behind');
  });

  it.each([
    ['before it began', true],
    ['while it ran', false],
  ])('is cancelled %s', async (_, early) => {
    const cancel = new AbortController();
    if (early) cancel.abort();
    const outcome = run(
      (context) => {
        queueMicrotask(() => cancel.abort());
        return untilAborted(context);
      },
      { signal: cancel.signal },
    );
    expect(await outcome).toMatchObject({ verdict: 'unknown', failure: { side: 'satellite', code: 'cancelled' } });
    expect(getEventListeners(cancel.signal, 'abort')).toHaveLength(0);
  });

  it('is cancelled even when its probe does not listen', async () => {
    const cancel = new AbortController();
    const outcome = run(() => (queueMicrotask(() => cancel.abort()), new Promise(() => {})), { signal: cancel.signal });
    expect((await outcome).failure?.code).toBe('cancelled');
  });
});

describe('the log of a run', () => {
  it('is stamped and told line by line', async () => {
    const log: LogLine[] = [];
    await run(async (context) => (context.log('one'), context.log('two'), { one: { ms: 1 } }), {
      onLog: (line) => log.push(line),
    });
    expect(log.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(log[1]!.atMs).toBeGreaterThanOrEqual(log[0]!.atMs);
  });

  it('has a limit of lines and of characters', async () => {
    const log: LogLine[] = [];
    const chatty: Run = async (context) => {
      for (let line = 0; line < 5_000; line += 1) context.log('x'.repeat(100_000));
      return {};
    };
    await run(chatty, { onLog: (line) => log.push(line) });
    expect(log.length).toBeLessThanOrEqual(200);
    expect(log.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(70_000);
    expect(log.at(-1)!.text).toContain('limit');
  });
});

describe('secrets', () => {
  const password = 'correct horse battery';

  it('leave a run nowhere', async () => {
    const key = 'a-key-of-the-collector';
    const log: LogLine[] = [];
    const outcome = await run(
      async (context) => {
        context.log(`login ${password} ${encodeURIComponent(password)} ${key} named-secret`);
        throw new ProbeFailure('target', 'odd', `refused ${Buffer.from(`me:${password}`).toString('base64')}`, {
          readings: { one: { said: `hello ${password}`, ms: 1 } },
        });
      },
      {
        config: { password },
        collectors: [
          { collector: 'one', assertions: [{ fact: 'said', operator: 'is_empty' }] },
          { collector: 'two', config: { key } },
        ],
        onLog: (line) => log.push(line),
        ...{ secrets: ['named-secret'] },
      },
    );
    expect(log).not.toHaveLength(0);
    const text = JSON.stringify({ outcome, log });
    for (const part of [
      password,
      'correct',
      key,
      'named-secret',
      Buffer.from(password).toString('base64').slice(4, 20),
    ]) {
      expect(text).not.toContain(part);
    }
    expect(outcome.facts['one.said']).toBe('hello ***');
    expect(outcome.assertions[0]!.actual).toBe('"hello ***"');
  });
});

describe('connections', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  const port = (): number => (server.address() as AddressInfo).port;

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('that a probe leaves open are closed', async () => {
    let destroyed: () => boolean = () => false;
    const outcome = await run(async (context) => {
      const { stream } = await context.dial({ host: '127.0.0.1', port: port() });
      destroyed = () => stream.destroyed;
      return { one: { ms: 1 } };
    });
    expect(outcome.verdict).toBe('healthy');
    expect(destroyed()).toBe(true);
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('are refused to a probe whose run is over', async () => {
    let dial = (): Promise<unknown> => Promise.resolve();
    await run(async (context) => ((dial = () => context.dial({ host: '127.0.0.1', port: port() })), {}));
    await expect(dial()).rejects.toThrow();
  });

  it('are not opened to what the policy refuses', async () => {
    const refused = await run(async (context) => (await context.dial({ host: '169.254.169.254', port: 80 }), {}));
    expect(refused).toMatchObject({ verdict: 'unknown', failure: { side: 'config', code: 'refused_by_policy' } });
    expect(refused.failure!.message).toContain('built-in rule');
  });
});
