import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../message.js';
import { renderBlocks, renderCard } from './cards.js';
import { renderMail } from './mail.js';
import { escapeMarkdown, parseMarkdown } from './markdown.js';
import { renderHtml, renderMarkdown, renderText } from './render.js';

const message: Message = {
  id: '1',
  family: 'incident',
  importance: 'warning',
  event: { type: 'incident', what: 'opened' },
  title: 'Shop is down',
  body: '',
  fields: [{ label: 'Since', value: '10:04' }],
  subjects: [{ kind: 'system', id: '1', name: 'Shop', url: 'https://c.example/systems/1' }],
  action: { label: 'Open', url: 'https://c.example/incidents/1' },
  at: '2026-11-23T10:04:05.000Z',
  collapseKey: 'incident:1',
};
const only = { title: false, fields: false, links: false } as const;
const of = (body: string): Message => ({ ...message, body });

describe('a message', () => {
  it('is text with everything in it', () => {
    expect(renderText(of('It **is** [so](https://e.example/).'))).toBe(
      [
        'Shop is down',
        'It is so (https://e.example/).',
        'Since: 10:04',
        'Shop (https://c.example/systems/1)\nOpen (https://c.example/incidents/1)',
      ].join('\n\n'),
    );
  });

  it('leaves out what the service has places of its own for', () => {
    expect(renderText(of('Body'), only)).toBe('Body');
  });
});

/** All that may stand in angle brackets. */
const ownTag =
  /<(?:\/?(?:p|h2|b|strong|em|s|code|pre|blockquote|ul|ol|li|a)|hr|br|ol start="\d+"|a href="(?:https?|mailto):[^"<>]*"(?: rel="noopener noreferrer nofollow")?)>/g;

describe('Markdown', () => {
  const source =
    '# Head\n\n**bold** *em* ~~gone~~ `a_b` [link](https://e.example/?a=1&b=2)\n\n1. one\n2. two\n\n> said\n\n```\na < b\n```';

  it.each([
    [
      'text',
      renderText(of(source), only),
      'Head\n\nbold em gone a_b link (https://e.example/?a=1&b=2)\n\n1. one\n2. two\n\n> said\n\na < b',
    ],
    [
      'common',
      renderMarkdown(of(source), 'common', only),
      '**Head**\n\n**bold** *em* ~~gone~~ `a_b` [link](https://e.example/?a=1&b=2)\n\n1. one\n2. two\n\n> said\n\n```\na < b\n```',
    ],
    [
      'slack',
      renderMarkdown(of(source), 'slack', only),
      '*Head*\n\n*bold* _em_ ~gone~ `a_b` <https://e.example/?a=1&amp;b=2|link>\n\n1. one\n2. two\n\n> said\n\n```\na &lt; b\n```',
    ],
    [
      'google-chat',
      renderMarkdown(of(source), 'google-chat', only),
      '*Head*\n\n*bold* _em_ ~gone~ `a_b` <https://e.example/?a=1&b=2|link>\n\n1. one\n2. two\n\n> said\n\n```\na < b\n```',
    ],
    [
      'html',
      renderHtml(of(source), only),
      '<h2>Head</h2>\n<p><strong>bold</strong> <em>em</em> <s>gone</s> <code>a_b</code> <a href="https://e.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">link</a></p>\n<ol start="1"><li><p>one</p></li><li><p>two</p></li></ol>\n<blockquote><p>said</p></blockquote>\n<pre><code>a &lt; b</code></pre>',
    ],
    [
      'a few elements',
      renderHtml(of(source), { ...only, elements: ['b', 'a'] }),
      '<b>Head</b>\n\n<b>bold</b> em gone a_b <a href="https://e.example/?a=1&amp;b=2">link</a>\n\n1. one\n2. two\n\n&gt; said\n\na &lt; b',
    ],
  ])('becomes %s', (_, made, expected) => expect(made).toBe(expected));

  it('means itself where it was escaped', () => {
    const hostile = '**x** [a](https://e.example) <b> `c` # ~~d~~ & &amp; _e_ www.example.org ada@example.org';
    expect(renderText(of(escapeMarkdown(hostile)), only)).toBe(hostile);
    expect(renderHtml(of(escapeMarkdown(hostile)), only)).not.toMatch(/<(?!\/?p>)/);
  });

  it('of any text is HTML of our own elements, with links to the web only', () => {
    const piece = fc.constantFrom(
      '<script>',
      '<img src=x onerror=alert(1)>',
      '[x](javascript:alert(1))',
      '[x](data:text/html,x)',
      '![y](vbscript:x)',
      '"onmouseover="x',
      "'",
      '<a href="javascript:x">',
      '&lt;script&gt;',
      '`',
      '**',
      '*',
      '_',
      '> ',
      '- ',
      '\n',
      '\n\n',
      '# ',
      '```',
      '|a|b|\n|-|-|\n|c|d|',
      '<https://e.example>',
      'https://e.example/"x',
      '[r]: javascript:x\n[r]',
      '\u0000',
      'text ',
    );
    const text = fc
      .array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (body) => {
        for (const html of [renderHtml(of(body)), renderHtml(of(body), { elements: ['b', 'a'] })]) {
          expect(html.replaceAll(ownTag, '')).not.toMatch(/[<>]/);
        }
        const mail = renderMail(of(body), { name: body, footer: body }).html;
        const [, inner = ''] = mail.split('</h1>');
        expect(inner.replaceAll(ownTag, '').replaceAll(/<\/?(div|p|a|body|html)( [^<>]*)?>/g, '')).not.toMatch(/[<>]/);
      }),
      { numRuns: 100 },
    );
  });

  it('that is nested or long beyond reason ends soon', () => {
    for (const text of [
      '> '.repeat(20_000),
      '- '.repeat(20_000),
      '['.repeat(50_000),
      '*a '.repeat(20_000),
      '`'.repeat(50_000),
      '<'.repeat(50_000),
    ]) {
      expect(() => parseMarkdown(text)).not.toThrow();
    }
  });
});

describe('a length', () => {
  it('is kept, with the markup whole', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 3_000 }),
        fc.integer({ min: 60, max: 500 }),
        (body, maxLength) => {
          const long = { ...message, title: body.slice(0, 300), body: `**${body}** ${body}` };
          expect(renderText(long, { maxLength }).length).toBeLessThanOrEqual(maxLength);
          expect(renderMarkdown(long, 'slack', { maxLength }).length).toBeLessThanOrEqual(maxLength);
          const html = renderHtml(long, { maxLength, elements: ['b', 'a'] });
          expect(html.length).toBeLessThanOrEqual(maxLength);
          expect(html.match(/<b>/g)?.length).toBe(html.match(/<\/b>/g)?.length);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a mail', () => {
  it('has a subject of one line', () => {
    const { subject } = renderMail({ ...message, title: 'a\r\nBcc: b\u0000' }, { name: 'Ours\n' });
    expect(subject).not.toMatch(/\p{Cc}/u);
  });
});

describe('a card', () => {
  it('has title, body, facts and buttons', () => {
    expect(renderCard(of('Body'))).toMatchObject({
      type: 'AdaptiveCard',
      body: [
        { type: 'TextBlock', text: 'Shop is down', color: 'warning' },
        { type: 'TextBlock', text: 'Body' },
        { type: 'FactSet', facts: [{ title: 'Since', value: '10:04' }] },
      ],
      actions: [
        { type: 'Action.OpenUrl', title: 'Open', url: message.action!.url },
        { type: 'Action.OpenUrl', title: 'Shop', url: message.subjects[0]!.url },
      ],
    });
  });

  it('is blocks for Slack', () => {
    expect(renderBlocks(message)).toMatchObject({
      text: 'Shop is down',
      blocks: [{ type: 'header' }, {}, {}, { type: 'actions' }],
    });
  });
});
