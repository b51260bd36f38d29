import type { TestRun } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { follow, hasEnded } from './follow-test-run.js';

const id = '6f1c6a0e-7f6e-4d5b-9c64-0d8c3f1c2b11';
const run: TestRun = {
  id,
  status: 'waiting',
  location: 'local',
  satellite: null,
  log: [{ atMs: 1, text: 'Dialling' }],
  report: null,
  problem: null,
  createdAt: '2030-01-01T00:00:00Z',
};

describe('a test run that is followed', () => {
  it('grows by its log, each line once', () => {
    const message = {
      type: 'test-run' as const,
      id,
      testRun: null,
      log: [
        { atMs: 1, text: 'Dialling' },
        { atMs: 4, text: 'Connected' },
      ],
    };
    const followed = follow(follow(run, message), message);
    expect(followed.log.map(({ text }) => text)).toEqual(['Dialling', 'Connected']);
    expect(followed.status).toBe('running');
  });

  it('ends with what the hub says at the end, and nothing changes it afterwards', () => {
    const ended: TestRun = { ...run, status: 'failed', problem: 'No satellite is online there.' };
    const followed = follow(run, { type: 'test-run', id, log: [], testRun: ended });
    expect(followed).toBe(ended);
    expect(hasEnded(followed)).toBe(true);
    expect(follow(ended, { type: 'test-run', id, log: [{ atMs: 9, text: 'late' }], testRun: null })).toBe(ended);
  });

  it('does not listen to others', () => {
    expect(follow(run, { type: 'test-run', id: 'other', log: [{ atMs: 2, text: 'x' }], testRun: null })).toBe(run);
  });
});
