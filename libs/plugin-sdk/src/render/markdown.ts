// Markdown as a small tree. Raw HTML is text, links lead to the web or to a mailbox, images are links: nothing that a
// renderer could let through by mistake.
import { lexer, type Token, type Tokens } from 'marked';

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'break' }
  | { type: 'strong' | 'emphasis' | 'deleted'; inlines: Inline[] }
  | { type: 'link'; url: string; inlines: Inline[] };

export type Block =
  | { type: 'paragraph' | 'heading'; inlines: Inline[] }
  | { type: 'code'; text: string }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'list'; start: number | null; items: Block[][] }
  | { type: 'rule' };

const maxLength = 16_000;
const maxDepth = 12;

/** Never throws: what is too long is cut, what is nested too deeply is text. */
export function parseMarkdown(source: string): Block[] {
  const text = source.slice(0, maxLength).replace(/[>*+-](?:[ \t]*[>*+-]){30,}/g, (run) => run.slice(0, 30));
  try {
    return blocksOf(lexer(text, { gfm: true }), 0);
  } catch {
    return [{ type: 'paragraph', inlines: [{ type: 'text', text }] }];
  }
}

/** Whether a link may lead there. */
export function isSafeLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  return ['http:', 'https:', 'mailto:'].includes(new URL(url).protocol);
}

/** Markdown that says just this text, in one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+.!|<>~&:@-]/g, (sign) => `\\${sign}`);
}

function blocksOf(tokens: readonly Token[], depth: number): Block[] {
  return tokens.flatMap((token): Block[] => {
    if (depth > maxDepth) return [plain(token.raw)];
    switch (token.type) {
      case 'space':
      case 'def':
        return [];
      case 'heading':
        return [{ type: 'heading', inlines: inlinesOf(token.tokens ?? [], depth + 1) }];
      case 'paragraph':
      case 'text':
        return [
          {
            type: 'paragraph',
            inlines: inlinesOf((token as Tokens.Text).tokens ?? [token], depth + 1),
          },
        ];
      case 'code':
        return [{ type: 'code', text: (token as Tokens.Code).text }];
      case 'blockquote':
        return [{ type: 'quote', blocks: blocksOf(token.tokens ?? [], depth + 1) }];
      case 'list': {
        const { ordered, start, items } = token as Tokens.List;
        return [
          {
            type: 'list',
            start: ordered ? Number(start) || 1 : null,
            items: items.map((item) => blocksOf(item.tokens, depth + 1)),
          },
        ];
      }
      case 'hr':
        return [{ type: 'rule' }];
      case 'table': {
        const { header, rows } = token as Tokens.Table;
        return [header, ...rows].map((cells) => ({
          type: 'paragraph',
          inlines: cells.flatMap((cell, index): Inline[] => [
            ...(index > 0 ? [{ type: 'text' as const, text: ' | ' }] : []),
            ...inlinesOf(cell.tokens, depth + 1),
          ]),
        }));
      }
      default:
        return token.raw.trim() === '' ? [] : [plain(token.raw)];
    }
  });
}

function inlinesOf(tokens: readonly Token[], depth: number): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    if (depth > maxDepth) return [{ type: 'text', text: token.raw }];
    const inner = (): Inline[] => inlinesOf((token as Tokens.Text).tokens ?? [], depth + 1);
    switch (token.type) {
      case 'strong':
        return [{ type: 'strong', inlines: inner() }];
      case 'em':
        return [{ type: 'emphasis', inlines: inner() }];
      case 'del':
        return [{ type: 'deleted', inlines: inner() }];
      case 'codespan':
        return [{ type: 'code', text: (token as Tokens.Codespan).text }];
      case 'br':
        return [{ type: 'break' }];
      case 'link': {
        const { href } = token as Tokens.Link;
        return isSafeLink(href) ? [{ type: 'link', url: new URL(href).href, inlines: inner() }] : inner();
      }
      case 'image': {
        const { href, text } = token as Tokens.Image;
        const inlines: Inline[] = [{ type: 'text', text: text || href }];
        return isSafeLink(href) ? [{ type: 'link', url: new URL(href).href, inlines }] : inlines;
      }
      case 'escape':
        return [{ type: 'text', text: (token as Tokens.Escape).text }];
      case 'text':
        return (token as Tokens.Text).tokens ? inner() : [{ type: 'text', text: (token as Tokens.Text).text }];
      default:
        return [{ type: 'text', text: token.raw }];
    }
  });
}

function plain(text: string): Block {
  return { type: 'paragraph', inlines: [{ type: 'text', text: text.trim() }] };
}
