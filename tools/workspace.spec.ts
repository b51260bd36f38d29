import { expect, it } from 'vitest';
import { satisfies } from './workspace.mjs';

const range = '^20.19.0 || ^22.13.0 || >=24.11.0';

it.each([
  ['18.20.8', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['20.20.2', true],
  ['21.7.3', false],
  ['22.12.0', false],
  ['22.13.0', true],
  ['23.11.0', false],
  ['24.10.9', false],
  ['24.11.0', true],
  ['26.0.0', true],
])('Node %s is fit to run Checkstack: %s', (version, isFit) => {
  expect(satisfies(version, range)).toBe(isFit);
});
