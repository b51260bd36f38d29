// Logic-less templates in Mustache's syntax, with an end to everything: what one text can cost is bounded.
import { escapeMarkdown } from './render/markdown.js';

/**
 * `json`: values stand inside JSON strings, `{{{name}}}` is a whole JSON value. `markdown`: values mean themselves,
 * `{{{name}}}` is Markdown. `text`: as they are.
 */
export type TemplateKind = 'json' | 'markdown' | 'text';

type Node =
  | { type: 'text'; text: string }
  | { type: 'value'; path: string[]; whole: boolean }
  | { type: 'section' | 'inverted'; path: string[]; nodes: Node[] };

const maxTemplateLength = 50_000;
const maxOutputLength = 200_000;
const maxSteps = 20_000;
const maxDepth = 8;

/** What is wrong with a template, as one sentence for its author. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/**
 * `{{a.b}}` a value, `{{#a}}…{{/a}}` for each entry or if there is one, `{{^a}}…{{/a}}` if there is none, `{{.}}` the
 * entry, `{{! … }}` nothing. What is not there is empty. Throws TemplateError.
 */
export function renderTemplate(template: string, data: object, kind: TemplateKind): string {
  let output = '';
  let steps = 0;
  const write = (text: string): void => {
    output += text;
    if (output.length > maxOutputLength) throw new TemplateError('The template makes a text that is too long.');
  };
  const visit = (nodes: readonly Node[], scopes: readonly unknown[]): void => {
    for (const node of nodes) {
      if (++steps > maxSteps) throw new TemplateError('The template repeats too much.');
      if (node.type === 'text') {
        write(node.text);
        continue;
      }
      const value = find(node.path, scopes);
      if (node.type === 'value') write(written(value, node.whole, kind));
      else if (node.type === 'inverted') {
        if (isNothing(value)) visit(node.nodes, scopes);
      } else if (Array.isArray(value)) {
        for (const entry of value) visit(node.nodes, [...scopes, entry]);
      } else if (!isNothing(value)) visit(node.nodes, [...scopes, value]);
    }
  };
  visit(parse(template), [data]);
  return output;
}

/** Throws TemplateError. */
export function checkTemplate(template: string): void {
  parse(template);
}

function parse(template: string): Node[] {
  if (template.length > maxTemplateLength) throw new TemplateError('The template is too long.');
  const root: Node[] = [];
  const open: { name: string; nodes: Node[] }[] = [];
  let nodes = root;
  let from = 0;
  for (const match of template.matchAll(/\{\{(\{[^{}]*\}|[#^/!&]?[^{}]*)\}\}/g)) {
    if (match.index > from) nodes.push({ type: 'text', text: template.slice(from, match.index) });
    from = match.index + match[0].length;
    const tag = match[1]!;
    const sign = /^[#^/!&{]/.exec(tag)?.[0] ?? '';
    if (sign === '!') continue;
    const name = tag.replace(/^[#^/&{]|\}$/g, '').trim();
    if (sign === '/') {
      const last = open.pop();
      if (last?.name !== name) throw new TemplateError(`{{/${name}}} closes what is not open.`);
      nodes = open.at(-1)?.nodes ?? root;
      continue;
    }
    const path = pathOf(name);
    if (sign === '#' || sign === '^') {
      if (open.length >= maxDepth) throw new TemplateError(`{{${tag}}} stands too deep.`);
      const section: Node = { type: sign === '#' ? 'section' : 'inverted', path, nodes: [] };
      nodes.push(section);
      nodes = section.nodes;
      open.push({ name, nodes });
    } else {
      nodes.push({ type: 'value', path, whole: sign !== '' });
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw new TemplateError(`{{#${unclosed.name}}} is not closed.`);
  if (from < template.length) nodes.push({ type: 'text', text: template.slice(from) });
  return root;
}

function pathOf(name: string): string[] {
  if (name === '.') return [];
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name)) throw new TemplateError(`{{${name}}} is not a name.`);
  return name.split('.');
}

/** In the innermost scope that knows the first name; own properties only. */
function find(path: readonly string[], scopes: readonly unknown[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return scopes.at(-1);
  const scope = scopes.findLast((scope) => has(scope, first));
  let value: unknown = scope === undefined ? undefined : (scope as Record<string, unknown>)[first];
  for (const name of rest) value = has(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  return value;
}

function has(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === false || value === '' || (Array.isArray(value) && !value.length)
  );
}

function written(value: unknown, whole: boolean, kind: TemplateKind): string {
  if (kind === 'json' && whole) return JSON.stringify(value ?? null);
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  if (kind === 'markdown') return whole ? text : escapeMarkdown(text);
  return kind === 'json' ? JSON.stringify(text).slice(1, -1) : text;
}
