// The tree of a Markdown text, written in the syntax that a service reads. Each escapes what it does not write itself.
import type { Block, Inline } from './markdown.js';

export type MarkdownDialect = 'common' | 'slack' | 'google-chat' | 'discord';

export interface Writer {
  blocks(blocks: readonly Block[]): string;
  /** A text that stands for nothing but itself. */
  escape(text: string): string;
}

/** What one syntax says for each kind of node; the rest is the same for all of them. */
interface Syntax {
  escape(text: string): string;
  strong(inner: string): string;
  emphasis(inner: string): string;
  deleted(inner: string): string;
  code(text: string): string;
  link(inner: string, url: string): string;
  lineBreak: string;
  heading(inner: string): string;
  codeBlock(text: string): string;
  quote(inner: string): string;
  bullet(number: number | null): string;
  rule: string;
}

/** Lines and empty lines between blocks: what every chat reads. */
function linesWriter(syntax: Syntax): Writer {
  const inlines = (nodes: readonly Inline[]): string =>
    nodes
      .map((node) => {
        switch (node.type) {
          case 'text':
            return syntax.escape(node.text);
          case 'code':
            return syntax.code(node.text);
          case 'break':
            return syntax.lineBreak;
          case 'strong':
            return syntax.strong(inlines(node.inlines));
          case 'emphasis':
            return syntax.emphasis(inlines(node.inlines));
          case 'deleted':
            return syntax.deleted(inlines(node.inlines));
          case 'link':
            return syntax.link(inlines(node.inlines), node.url);
        }
      })
      .join('');
  const block = (node: Block): string => {
    switch (node.type) {
      case 'paragraph':
        return inlines(node.inlines);
      case 'heading':
        return syntax.heading(inlines(node.inlines));
      case 'code':
        return syntax.codeBlock(node.text);
      case 'quote':
        return syntax.quote(blocks(node.blocks));
      case 'list':
        return node.items
          .map((item, index) => {
            const bullet = syntax.bullet(node.start === null ? null : node.start + index);
            return bullet + blocks(item, '\n').replaceAll('\n', `\n${' '.repeat(bullet.length)}`);
          })
          .join('\n');
      case 'rule':
        return syntax.rule;
    }
  };
  const blocks = (nodes: readonly Block[], between = '\n\n'): string =>
    nodes
      .map(block)
      .filter((text) => text !== '')
      .join(between);
  return { blocks, escape: (text) => syntax.escape(text) };
}

const prefixed = (prefix: string) => (inner: string) => inner.replace(/^/gm, prefix);
const bulletOf = (sign: string) => (number: number | null) => (number === null ? sign : `${number}. `);
/** What would end the code is kept from it by a space that nobody sees. */
const fenced = (text: string): string => `\`\`\`\n${text.replaceAll('```', '`\u200b``')}\n\`\`\``;
const ticked = (text: string): string => `\`${text.replaceAll('`', 'ˋ').replace(/\s+/g, ' ')}\``;
const around = (sign: string) => (inner: string) => (inner.trim() === '' ? inner : `${sign}${inner.trim()}${sign}`);
const same = (text: string): string => text;

export const textWriter = linesWriter({
  escape: same,
  strong: same,
  emphasis: same,
  deleted: same,
  code: same,
  link: (inner, url) => (inner === url ? url : `${inner} (${url})`),
  lineBreak: '\n',
  heading: same,
  codeBlock: same,
  quote: prefixed('> '),
  bullet: bulletOf('- '),
  rule: '---',
});

/** Signs with a meaning where they stand, and those that begin a block at the start of a line. */
function escapeCommon(text: string): string {
  return text
    .replace(/[\\`*_[\]<>~|]/g, (sign) => `\\${sign}`)
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/^(\s*)([#+=-]|\d+(?=[.)]))/gm, (_, space: string, sign: string) =>
      /\d/.test(sign) ? `${space}${sign}\\` : `${space}\\${sign}`,
    );
}

const commonSyntax: Syntax = {
  escape: escapeCommon,
  strong: around('**'),
  emphasis: around('*'),
  deleted: around('~~'),
  code: ticked,
  link: (inner, url) => `[${inner}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`,
  lineBreak: '  \n',
  heading: (inner) => `**${inner}**`,
  codeBlock: fenced,
  quote: prefixed('> '),
  bullet: bulletOf('- '),
  rule: '---',
};

/** An address could hold the bar or the bracket that end it. */
const angled = (inner: string, url: string): string =>
  `<${url.replaceAll('|', '%7C').replaceAll('>', '%3E').replaceAll('<', '%3C')}|${inner.replace(/[|\n]/g, ' ')}>`;

/** Between characters that would be read as formatting, or as a mention, stands a space of no width. */
const broken = (text: string): string => text.replace(/[*_~`]/g, '$&\u200b');
const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** https://docs.slack.dev/messaging/formatting-message-text */
const slackSyntax: Syntax = {
  ...commonSyntax,
  escape: (text) => entities(broken(text)),
  strong: around('*'),
  emphasis: around('_'),
  deleted: around('~'),
  code: (text) => entities(ticked(text)),
  link: (inner, url) => angled(inner, entities(url)),
  lineBreak: '\n',
  heading: (inner) => `*${inner}*`,
  codeBlock: (text) => entities(fenced(text)),
  quote: prefixed('&gt; '),
  bullet: bulletOf('• '),
  rule: '———',
};

const dialects: Record<MarkdownDialect, Writer> = {
  common: linesWriter(commonSyntax),
  slack: linesWriter({ ...slackSyntax, quote: prefixed('> ') }),
  'google-chat': linesWriter({
    ...slackSyntax,
    escape: (text) => broken(text).replace(/[<>]/g, (sign) => `${sign}\u200b`),
    code: ticked,
    link: angled,
    codeBlock: fenced,
    quote: prefixed('> '),
  }),
  discord: linesWriter({
    ...commonSyntax,
    escape: (text) => escapeCommon(text).replaceAll('@', '@\u200b'),
    lineBreak: '\n',
  }),
};

export function markdownWriter(dialect: MarkdownDialect): Writer {
  return dialects[dialect];
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export function htmlWriter(elements?: readonly string[]): Writer {
  return elements ? linesWriter(htmlLines(new Set(elements))) : documentWriter;
}

/** HTML without paragraphs and lists: lines, and the few elements that the service takes. */
function htmlLines(elements: ReadonlySet<string>): Syntax {
  const within = (name: string) => (inner: string) => (elements.has(name) ? `<${name}>${inner}</${name}>` : inner);
  const pre = within('pre');
  return {
    escape: escapeHtml,
    strong: within('b'),
    emphasis: within('i'),
    deleted: within('s'),
    code: (text) => within('code')(escapeHtml(text)),
    link: (inner, url) =>
      elements.has('a') ? `<a href="${escapeHtml(url)}">${inner}</a>` : `${inner} (${escapeHtml(url)})`,
    lineBreak: '\n',
    heading: within('b'),
    codeBlock: (text) => pre(escapeHtml(text)),
    quote: elements.has('blockquote') ? within('blockquote') : prefixed('&gt; '),
    bullet: bulletOf('• '),
    rule: '———',
  };
}

/** Paragraphs, lists and all, for mail. */
const documentWriter: Writer = { blocks: documentBlocks, escape: escapeHtml };

function documentBlocks(blocks: readonly Block[]): string {
  return blocks.map(documentBlock).join('\n');
}

function documentBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return `<p>${documentInlines(block.inlines)}</p>`;
    case 'heading':
      return `<h2>${documentInlines(block.inlines)}</h2>`;
    case 'code':
      return `<pre><code>${escapeHtml(block.text)}</code></pre>`;
    case 'quote':
      return `<blockquote>${documentBlocks(block.blocks)}</blockquote>`;
    case 'list': {
      const items = block.items.map((item) => `<li>${documentBlocks(item)}</li>`).join('');
      return block.start === null ? `<ul>${items}</ul>` : `<ol start="${block.start}">${items}</ol>`;
    }
    case 'rule':
      return '<hr>';
  }
}

function documentInlines(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      switch (inline.type) {
        case 'text':
          return escapeHtml(inline.text);
        case 'code':
          return `<code>${escapeHtml(inline.text)}</code>`;
        case 'break':
          return '<br>';
        case 'link':
          return `<a href="${escapeHtml(inline.url)}" rel="noopener noreferrer nofollow">${documentInlines(inline.inlines)}</a>`;
        default: {
          const name = { strong: 'strong', emphasis: 'em', deleted: 's' }[inline.type];
          return `<${name}>${documentInlines(inline.inlines)}</${name}>`;
        }
      }
    })
    .join('');
}
