// A message as mail: subject, text and an HTML page that needs nothing from elsewhere.
import type { Message } from '../message.js';
import { colourOf, renderHtml, renderText, shortened } from './render.js';
import { escapeHtml } from './writers.js';

export interface MailBrand {
  /** Stands above the message and begins the subject. */
  name: string;
  /** `#rrggbb`; default: by importance. */
  colour?: string | undefined;
  /** Plain text below the message. */
  footer?: string | undefined;
}

export interface RenderedMail {
  /** One line. */
  subject: string;
  text: string;
  html: string;
}

const maxBodyLength = 100_000;

export function renderMail(message: Message, { name, colour, footer = '' }: MailBrand): RenderedMail {
  const title = message.title.replace(/\s+/g, ' ').trim();
  const bar = colour ?? colourOf(message.importance);
  const text = renderText(message, { maxLength: maxBodyLength });
  const rest = renderHtml({ ...message, action: null }, { title: false, maxLength: maxBodyLength });
  const button =
    message.action === null
      ? ''
      : `<p><a href="${escapeHtml(message.action.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:${bar};color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(message.action.label)}</a></p>`;
  return {
    subject: shortened(`[${name}] ${title}`.replace(/\p{Cc}/gu, ' '), 250),
    text: footer === '' ? text : `${text}\n\n-- \n${footer}`,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f5;color:#18181b;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:600px;margin:0 auto;background:#ffffff;border-radius:8px;border-top:4px solid ${bar};padding:24px">
<p style="margin:0 0 8px;color:#52525b;font-size:14px">${escapeHtml(name)}</p>
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${escapeHtml(title)}</h1>
${rest}
${button}
</div>
<p style="max-width:600px;margin:16px auto 0;color:#71717a;font-size:13px">${escapeHtml(footer)}</p>
</body></html>`,
  };
}
