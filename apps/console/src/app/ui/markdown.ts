import { ChangeDetectionStrategy, Component, computed, inject, input, SecurityContext } from '@angular/core';
import { DomSanitizer } from '@angular/platform-browser';
import { Marked, type Tokens } from 'marked';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
}

/** Where a link may lead. */
function isSafe(address: string): boolean {
  return /^(https?:|mailto:|tel:|#|\/(?!\/))/i.test(address.trim());
}

function linked(address: string, text: string): string {
  if (!isSafe(address)) return text;
  return `<a href="${escaped(address)}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`;
}

/** HTML is shown as text, and pictures as links: whoever reads is told of to nobody. Headings do not compete with the page's. */
const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text),
    link({ href, tokens }: Tokens.Link) {
      return linked(href, this.parser.parseInline(tokens));
    },
    image: ({ href, text }: Tokens.Image) => linked(href, escaped(text || href)),
    heading({ tokens }: Tokens.Heading) {
      return `<p class="heading">${this.parser.parseInline(tokens)}</p>`;
    },
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
  },
});

/** What people write, as HTML that does nothing; Angular's sanitizer is the second wall. */
export function markdownHtml(source: string): string {
  return marked.parse(source, { async: false });
}

/** The one place where Markdown is shown. */
@Component({
  selector: 'cs-markdown',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<div [innerHTML]="html()"></div>`,
  styles: `
    :host {
      display: block;
      overflow-wrap: anywhere;
    }

    div ::ng-deep {
      > * + * {
        margin-top: 0.6em;
      }

      ul,
      ol {
        padding-inline-start: 1.4em;
        list-style: disc;
      }

      ol {
        list-style: decimal;
      }

      li + li {
        margin-top: 0.15em;
      }

      .heading {
        font-weight: 600;
      }

      a {
        text-decoration: underline;
      }

      code {
        padding: 1px 4px;
        border-radius: 4px;
        background: var(--cs-sunken);
        font-size: 0.92em;
      }

      pre {
        margin-bottom: 0;
        padding: 10px 12px;
        overflow-x: auto;
        border: 1px solid var(--cs-line);
        border-radius: var(--cs-radius-small);
        background: var(--cs-sunken);

        code {
          padding: 0;
          background: none;
        }
      }

      blockquote {
        margin-inline: 0;
        padding-inline-start: 12px;
        border-inline-start: 3px solid var(--cs-line-strong);
        color: var(--cs-text-soft);
      }

      table {
        display: block;
        overflow-x: auto;
        border-collapse: collapse;
      }

      th,
      td {
        padding: 4px 10px;
        border: 1px solid var(--cs-line);
        text-align: start;
      }

      hr {
        border: 0;
        border-top: 1px solid var(--cs-line);
      }
    }
  `,
})
export class Markdown {
  readonly #sanitizer = inject(DomSanitizer);

  readonly source = input.required<string>();

  protected readonly html = computed(() => this.#sanitizer.sanitize(SecurityContext.HTML, markdownHtml(this.source())));
}
