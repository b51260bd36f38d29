import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTemplate, TemplateError } from './template.js';

const data = {
  a: { b: 'x' },
  list: [{ n: 1 }, { n: 2 }],
  words: ['p', 'q'],
  none: [],
  yes: true,
  no: false,
  zero: 0,
  text: '"\n\\',
};

describe('a template', () => {
  it.each([
    ['{{a.b}}', 'x'],
    ['{{ a.b }}{{! a comment }}', 'x'],
    ['{{gone.at.all}}', ''],
    ['{{#list}}{{n}},{{/list}}', '1,2,'],
    ['{{#words}}{{.}}{{/words}}', 'pq'],
    ['{{#none}}x{{/none}}{{^none}}nothing{{/none}}', 'nothing'],
    ['{{#yes}}y{{/yes}}{{#no}}n{{/no}}{{^no}}not{{/no}}', 'ynot'],
    ['{{#a}}{{b}}{{zero}}{{/a}}', 'x0'],
    ['{{constructor}}{{a.__proto__}}{{a.toString}}', ''],
    ['{ {a} }', '{ {a} }'],
  ])('%s is %j', (template, expected) => expect(renderTemplate(template, data, 'text')).toBe(expected));

  it('of JSON escapes every value', () => {
    expect(JSON.parse(renderTemplate('{"t": "{{text}}", "l": {{{list}}}, "g": {{{gone}}}}', data, 'json'))).toEqual({
      t: data.text,
      l: data.list,
      g: null,
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(JSON.parse(renderTemplate('{"v": "{{v}}"}', { v: value }, 'json'))).toEqual({ v: value });
      }),
    );
  });

  it.each([
    '{{#a}}',
    '{{/a}}',
    '{{#a}}{{/b}}',
    '{{>partial}}',
    '{{=<% %>=}}',
    '{{a b}}',
    '{{#a}}'.repeat(9) + '{{/a}}'.repeat(9),
    'x'.repeat(50_001),
  ])('is refused: %.40s', (template) => expect(() => renderTemplate(template, data, 'text')).toThrow(TemplateError));

  it('ends, however much it would repeat', () => {
    const rows = { rows: Array.from({ length: 1_000 }, () => 'x'.repeat(100)) };
    const often = '{{#rows}}'.repeat(5) + '{{rows}}' + '{{/rows}}'.repeat(5);
    expect(() => renderTemplate(often, rows, 'text')).toThrow(TemplateError);
  });
});
