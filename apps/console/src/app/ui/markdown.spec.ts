import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from 'vitest';
import { Markdown } from './markdown.js';

function shown(source: string): HTMLElement {
  const fixture = TestBed.createComponent(Markdown);
  fixture.componentRef.setInput('source', source);
  fixture.detectChanges();
  return fixture.nativeElement as HTMLElement;
}

describe('Markdown', () => {
  it('shows what people write', () => {
    const page = shown('# Now\n\nWe **found** it, see [the log](https://log.example.test):\n\n- one\n- `two`');
    expect(page.querySelector('strong')?.textContent).toBe('found');
    expect([...page.querySelectorAll('li')].map((item) => item.textContent)).toEqual(['one', 'two']);
    const link = page.querySelector('a');
    expect(link?.getAttribute('href')).toBe('https://log.example.test');
    expect(link?.getAttribute('rel')).toContain('noopener');
    expect(page.querySelector('h1, h2')).toBeNull();
    expect(page.textContent).toContain('Now');
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](//evil.test)',
    '[x]: javascript:alert(1)\n\n[x]',
    '<javascript:alert(1)>',
    '![x](https://evil.test/pixel.png)',
    '![" onerror="alert(1)](x)',
    '[a](https://x.test/"onmouseover="alert(1))',
    '<iframe src="https://evil.test"></iframe>',
    '<style>*{display:none}</style>',
    '<form action="https://evil.test"><input></form>',
    '| a |\n|---|\n| <img src=x onerror=alert(1)> |',
    '```html\n<script>alert(1)</script>\n```',
    '> <details open ontoggle=alert(1)>',
  ])('runs nothing, loads nothing and leads nowhere dangerous: %s', (source) => {
    const page = shown(source);
    expect(page.querySelectorAll('script, img, svg, iframe, style, form, input, object, video, details')).toHaveLength(
      0,
    );
    for (const element of page.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on/);
        if (name === 'href') expect(value).toMatch(/^https:\/\/(evil|x)\.test/);
      }
  });
});
