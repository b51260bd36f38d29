// Probes with every bad habit, in place of the built-in ones, and one of each kind that behaves.
import { execSync } from 'node:child_process';
import { defineProbe, fact, type ProbeContext, type ProbeDefinition, type Reading } from '@checkstack/plugin-sdk';
import * as z from 'zod';

const config = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().default(1),
  password: z.string().meta({ secret: true }).default('none'),
});
type Config = z.output<typeof config>;

const wrong = 'planted-reason';
const done = { reading: { value: 7 } };
const never = (): Promise<never> => new Promise(() => undefined);

function probe(kind: string, run: (config: Config, context: ProbeContext) => Promise<Record<string, Reading>>) {
  return defineProbe({
    kind,
    isolated: true,
    title: kind,
    description: '',
    config,
    collectors: {
      reading: {
        title: 'Reading',
        facts: { value: fact.number('Value'), said: fact.text('Said'), pid: fact.number('Process') },
      },
    },
    failures: {},
    run: (values, context) => run(values, context),
  });
}

export const probes: readonly ProbeDefinition[] = [
  { ...probe('light', async () => done), isolated: false },
  {
    ...probe('light-stray', async ({ password }) => {
      setTimeout(() => void Promise.reject(new Error(`${wrong} ${password}`)));
      return done;
    }),
    isolated: false,
  },
  probe('gentle', async ({ host, port, password }, context) => {
    const { stream } = await context.dial({ host, port });
    context.log(`signing in with ${password}`);
    stream.write(password);
    const [said] = await stream.take(1).toArray();
    return { reading: { said: String(said), value: 7, pid: process.pid } };
  }),
  probe('knows', async () => ({ reading: { said: JSON.stringify(process.env), pid: process.pid } })),
  probe('spins', async (_, context) => {
    context.log('spinning');
    await new Promise(setImmediate);
    for (;;);
  }),
  probe('ignores', never),
  probe('stands', async () => (execSync('sleep 60.25'), done)),
  probe('grows', async () => {
    for (const all: unknown[] = []; ;) all.push({ text: `more ${all.length}` });
  }),
  probe('doubles', async () => {
    for (let all: number[] = [1]; ;) all = all.concat(all);
  }),
  probe('buffers', async () => {
    for (const all: Buffer[] = []; ; await new Promise(setImmediate)) all.push(Buffer.alloc(8_388_608, 1));
  }),
  probe(
    'throws',
    async () => (
      setTimeout(() => {
        throw new Error(wrong);
      }),
      never()
    ),
  ),
  probe('throws-later', async ({ password }) => {
    setTimeout(() => {
      throw new Error(`${wrong} ${password}`);
    });
    return { reading: { value: 7, pid: process.pid } };
  }),
  probe('exits', async () => process.exit(3)),
  probe('disconnects', async () => (process.disconnect(), never())),
  probe('lies', async () => {
    process.send?.({ kind: 'outcome', id: 1, outcome: { verdict: 'wonderful' } });
    process.send?.('nonsense');
    return done;
  }),
];
