// A message in the formats that services take. One renderer for each, so that no channel makes its own.
import type { Importance, Message } from '../message.js';
import { htmlWriter, textWriter, markdownWriter, type MarkdownDialect, type Writer } from './writers.js';
import { parseMarkdown, type Block, type Inline } from './markdown.js';

/** They are short facts: what is longer belongs into the body. */
const maxField = 1_000;

export interface RenderOptions {
  /** False: the service has a place of its own for the title. */
  title?: boolean;
  /** False: the service has a place of its own for the fields. */
  fields?: boolean;
  /** False: the service has a place of its own for subjects and action. */
  links?: boolean;
  /** Characters; the body is shortened first, then the rest. */
  maxLength?: number;
}

export function renderText(message: Message, options: RenderOptions = {}): string {
  return render(message, options, textWriter);
}

/**
 * `common`: CommonMark as most services take it. `slack`: mrkdwn, with `&`, `<`, `>` escaped. `google-chat`: the same signs,
 * not escaped. `discord`: CommonMark without tables, mentions broken.
 */
export function renderMarkdown(message: Message, dialect: MarkdownDialect, options: RenderOptions = {}): string {
  return render(message, options, markdownWriter(dialect));
}

/**
 * Only elements that are written here, everything else escaped. `elements`: those that the service takes, out of b, i, s,
 * code, pre, a, blockquote; all others become lines of text. Absent: a document's own elements.
 */
export function renderHtml(message: Message, options: RenderOptions & { elements?: readonly string[] } = {}): string {
  return render(message, options, htmlWriter(options.elements));
}

/** For the bar or the background by which people see how much it matters. */
export function colourOf(importance: Importance): string {
  return { info: '#2563eb', warning: '#d97706', critical: '#dc2626' }[importance];
}

/** Text of so many characters at most, none of them half. */
export function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, Math.max(0, maxLength - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The message with a body, fields and title that fit what `render` makes of it, by its length. */
export function fitted<Rendered>(
  message: Message,
  maxLength: number,
  render: (message: Message) => Rendered,
  lengthOf: (rendered: Rendered) => number,
): Rendered {
  for (let current = message; ;) {
    const rendered = render(current);
    const shorter = lengthOf(rendered) <= maxLength ? null : less(current);
    if (shorter === null) return rendered;
    current = shorter;
  }
}

function render(message: Message, { maxLength = Infinity, ...options }: RenderOptions, writer: Writer): string {
  const made = fitted(
    message,
    maxLength,
    (shorter) => compose(shorter, options, writer),
    (text) => text.length,
  );
  // Links alone may be too long: text is the last resort, and only text can be cut anywhere.
  return made.length <= maxLength ? made : writer.escape(shortened(message.title, Math.floor(maxLength / 6)));
}

function compose(message: Message, options: Omit<RenderOptions, 'maxLength'>, writer: Writer): string {
  const { title = true, fields = true, links = true } = options;
  const blocks: Block[] = [
    ...(title ? [{ type: 'heading' as const, inlines: [textOf(message.title)] }] : []),
    ...parseMarkdown(message.body),
    ...(fields && message.fields.length > 0 ? [lines(message.fields.map(fieldOf))] : []),
    ...(links ? linksOf(message) : []),
  ];
  return writer.blocks(blocks);
}

function fieldOf({ label, value }: Message['fields'][number]): Inline[] {
  return [
    { type: 'strong', inlines: [textOf(`${shortened(label, maxField)}:`)] },
    textOf(` ${shortened(value, maxField)}`),
  ];
}

function linksOf({ subjects, action }: Message): Block[] {
  const links = [
    ...subjects.filter(({ url }) => url !== action?.url).map(({ name, url }) => linkOf(name, url)),
    ...(action ? [linkOf(action.label, action.url)] : []),
  ];
  return links.length === 0 ? [] : [lines(links.map((link) => [link]))];
}

function linkOf(label: string, url: string): Inline {
  return { type: 'link', url, inlines: [textOf(label)] };
}

function textOf(text: string): Inline {
  return { type: 'text', text: text.replace(/\s+/g, ' ') };
}

function lines(all: Inline[][]): Block {
  return {
    type: 'paragraph',
    inlines: all.flatMap((line, index): Inline[] => (index === 0 ? line : [{ type: 'break' }, ...line])),
  };
}

/** A little less of it; null when there is nothing left to leave out. */
function less(message: Message): Message | null {
  if (message.body.length > 0) {
    const kept = message.body.length < 40 ? '' : shortened(message.body, Math.floor(message.body.length * 0.7));
    return { ...message, body: kept };
  }
  if (message.fields.length > 0) return { ...message, fields: message.fields.slice(0, -1) };
  if (message.subjects.length > 0) return { ...message, subjects: message.subjects.slice(0, -1) };
  if (message.title.length > 80) return { ...message, title: shortened(message.title, 80) };
  if (message.action) return { ...message, action: null };
  return null;
}
