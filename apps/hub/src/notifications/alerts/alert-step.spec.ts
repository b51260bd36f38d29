import type { Quiet, State } from '@checkstack/api';
import { expect, it } from 'vitest';
import { stepAlert, type AlertNow, type Step } from './alert-step.js';

const now = new Date('2026-11-23T22:00:00Z');
const maintenance: Quiet = { kind: 'maintenance', id: '00000000-0000-4000-8000-000000000001', text: 'Kept quiet.' };
const cause = { system: { id: '00000000-0000-4000-8000-000000000002', name: 'Payments' }, reason: 'Payments is down' };

type Turn = [shown: State, own?: State, suppressed?: Quiet];

/** What is told turn by turn: `family turn state`, and `kept kind` for what is not. */
function story(...turns: Turn[]): string[][] {
  let alert: AlertNow | null = null;
  return turns.map(([shown, own = shown, suppressed]) => {
    const outlook = { shown, own, reason: `${shown}!`, ownReason: null, causes: [cause], since: now };
    const step: Step = stepAlert(alert, outlook, { suppressed: suppressed ?? null, collapseKey: 'key', now });
    alert = step.alert?.endedAt === null ? step.alert : null;
    return [
      ...step.told.map(({ family, turn, state, to }) => `${family} ${turn} ${state}${to === 'told' ? ' again' : ''}`),
      ...(step.kept ? [`kept ${step.alert?.quiet?.kind ?? 'nothing'}`] : []),
    ];
  });
}

it.each<[string, Turn[], string[][]]>([
  ['down and up', [['unhealthy'], ['healthy']], [['state opened unhealthy'], ['state recovered healthy again']]],
  [
    'worse and better',
    [['degraded'], ['unhealthy'], ['unhealthy'], ['degraded'], ['unhealthy'], ['healthy']],
    [
      ['state opened degraded'],
      ['state worse unhealthy'],
      [],
      ['state better degraded again'],
      ['state worse unhealthy'],
      ['state recovered healthy again'],
    ],
  ],
  [
    'down during a maintenance, and well before its end',
    [['unhealthy', 'unhealthy', maintenance], ['unhealthy', 'unhealthy', maintenance], ['healthy']],
    [['kept maintenance'], [], []],
  ],
  [
    'down during a maintenance, and still down at its end',
    [['unhealthy', 'unhealthy', maintenance], ['unhealthy'], ['healthy']],
    [['kept maintenance'], ['state opened unhealthy'], ['state recovered healthy again']],
  ],
  [
    'told as down, well during a maintenance',
    [['unhealthy'], ['healthy', 'healthy', maintenance]],
    [['state opened unhealthy'], ['state recovered healthy again']],
  ],
  [
    'told as degraded, down during a maintenance',
    [['degraded'], ['unhealthy', 'unhealthy', maintenance], ['unhealthy']],
    [['state opened degraded'], ['kept maintenance'], ['state worse unhealthy']],
  ],
  [
    'down only by inheritance',
    [['unhealthy', 'healthy'], ['unhealthy', 'healthy'], ['healthy']],
    [['dependency opened unhealthy', 'kept dependency'], [], ['dependency recovered healthy again']],
  ],
  [
    'down by inheritance, then by itself',
    [['unhealthy', 'healthy'], ['unhealthy', 'unhealthy'], ['healthy']],
    [
      ['dependency opened unhealthy', 'kept dependency'],
      ['state opened unhealthy'],
      ['state recovered healthy again', 'dependency recovered healthy again'],
    ],
  ],
  [
    'down by itself, then only by inheritance',
    [['unhealthy'], ['unhealthy', 'healthy'], ['healthy']],
    [
      ['state opened unhealthy'],
      ['state better healthy again', 'dependency opened unhealthy', 'kept dependency'],
      ['state recovered healthy again', 'dependency recovered healthy again'],
    ],
  ],
  ['well all the time', [['healthy'], ['healthy', 'healthy', maintenance]], [[], []]],
])('tells what a system does that is %s', (_, turns, told) => {
  expect(story(...turns)).toEqual(told);
});
