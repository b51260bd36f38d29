import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fact } from '../facts.js';
import { defineProbe, type ProbeDefinition } from '../probe.js';
import { NetworkPolicy } from './policy.js';
import { runProbe, type RunOutcome } from './run-probe.js';
import { claimStrayError, type StrayError } from './stray-error.js';

const secret = 'planted-secret';

function run(probe: ProbeDefinition['run']): Promise<RunOutcome> {
  const config = z.strictObject({ password: z.string().meta({ secret: true }) });
  const collectors = { one: { title: 'One', facts: { ms: fact.number('Time') } } };
  const sample = defineProbe({
    kind: 'sample',
    title: '',
    description: '',
    config,
    collectors,
    failures: {},
    run: probe,
  });
  const request = { config: { password: secret }, collectors: [] };
  return runProbe(sample, { ...request, timeoutMs: 5_000, policy: new NetworkPolicy() });
}

const stray = (): StrayError | null => claimStrayError(new TypeError(`no ${secret}\n  here`));

describe('an error that nobody caught', () => {
  it('ends the run that it came from', async () => {
    const outcome = await run(() => new Promise(() => setTimeout(stray)));
    expect(outcome).toMatchObject({
      verdict: 'unknown',
      failure: { side: 'satellite', code: 'probe_crashed', message: expect.stringContaining('TypeError: no ***') },
      isLeftBehind: true,
    });
  });

  it('after its run is told of, with the kind and without secrets', async () => {
    let claimed = (_: StrayError | null): void => undefined;
    const later = new Promise<StrayError | null>((resolve) => (claimed = resolve));
    const outcome = await run(async () => (setTimeout(() => claimed(stray())), { one: { ms: 1 } }));
    expect(outcome).toMatchObject({ verdict: 'healthy' });
    expect(outcome).not.toHaveProperty('isLeftBehind');
    expect(await later).toEqual({ kind: 'sample', text: 'TypeError: no *** here', isReported: false });
  });

  it('of no probe is nobody’s', async () => {
    await run(async () => ({ one: { ms: 1 } }));
    expect(stray()).toBeNull();
  });
});
