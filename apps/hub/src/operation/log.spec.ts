import { expect, it } from 'vitest';
import type { Config } from '../config.js';
import { StartupError } from '../startup-error.js';
import { Log } from './log.js';

function capture({ isTTY = false, logLevel = 'info' } = {}) {
  const lines: string[] = [];
  const log = new Log({ logLevel } as Config, { isTTY, write: (line: string) => void lines.push(line) });
  return { log, lines };
}

it('writes JSON lines for machines, with the id of the request', () => {
  const { log, lines } = capture();
  log.within('r-1', () => log.warn('Something happened.', 'access'));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    context: 'access',
    msg: 'Something happened.',
    requestId: 'r-1',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

it('writes short lines for people and spares them what Nest finds', () => {
  const { log, lines } = capture({ isTTY: true });
  log.log('Mapped {/api/v1/audit, GET} route', 'RouterExplorer');
  log.log('Something happened.', 'access');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\d\d:\d\d:\d\d.* access: Something happened\./);
});

it('lets no name command the terminal', () => {
  const { log, lines } = capture({ isTTY: true });
  log.log('Connected from \x1b]0;owned\x07host\r.\n\tat home', 'link');
  expect(lines[0]).toContain('Connected from �]0;owned�host�.\n\tat home');
});

it('keeps what an error carries to itself', () => {
  const { log, lines } = capture();
  const error = Object.assign(new Error('It failed.'), { parameters: ['hunter2'], query: 'INSERT' });
  log.error(error, 'rest');
  log.error('It failed.', 'at stack', 'rest');
  expect(lines.join('')).toContain('It failed.');
  expect(lines.join('')).toContain('at stack');
  expect(lines.join('')).not.toContain('hunter2');
});

it('leaves it to main to say why the hub does not start', () => {
  const { log, lines } = capture();
  log.error(new StartupError('The key is lost.'), 'ExceptionHandler');
  expect(lines).toEqual([]);
});

it('hides secrets that a careless line names', () => {
  const { log, lines } = capture();
  log.log({ authorization: 'Bearer csk_x', user: { password: 'hunter2', name: 'Ada' } }, 'access');
  expect(lines[0]).not.toMatch(/csk_x|hunter2/);
  expect(lines[0]).toContain('Ada');
});
