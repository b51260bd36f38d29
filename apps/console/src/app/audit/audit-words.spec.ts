import { describe, expect, it } from 'vitest';
import { actionWords, fieldWords, linkOf, valueWords } from './audit-words.js';

const subject = { kind: 'check', id: '1', name: 'Shop' };

describe('an entry of the audit log', () => {
  it.each([
    ['check.update', subject, 'changed check'],
    ['api-key.delete', { kind: 'api-key', id: '1', name: 'CI' }, 'deleted API key'],
    ['session.sign-in', { kind: 'user', id: '1', name: 'Ada' }, 'signed in'],
    ['session.revoke', { kind: 'user', id: '1', name: 'Ada' }, 'signed out a browser of'],
    ['satellite.rotate', { kind: 'satellite', id: '1', name: 's' }, 'made a new token for satellite'],
    ['plugin.switch-off', { kind: 'plugin', id: '1', name: 'p' }, 'switch off plugin'],
  ])('%s reads as a sentence', (action, subject, words) => {
    expect(actionWords({ action, subject })).toBe(words);
  });

  it('leads to the thing while that can be there', () => {
    expect(linkOf({ action: 'check.update', subject })).toBe('/checks/1');
    expect(linkOf({ action: 'check.delete', subject })).toBeUndefined();
    expect(linkOf({ action: 'group.update', subject: { ...subject, kind: 'group' } })).toBeUndefined();
  });

  it.each([
    [null, 'nothing'],
    ['', 'empty'],
    [true, 'yes'],
    [['a', 'b'], 'a, b'],
    [[], 'none'],
    [{ a: 1 }, '{\n  "a": 1\n}'],
  ])('shows the value %o as %s', (value, words) => {
    expect(valueWords(value)).toBe(words);
  });

  it('names fields by their way', () => {
    expect(fieldWords('collectors.0.timeoutMs')).toBe('Collectors › 1 › Timeout ms');
  });
});
