import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import type { Enrolment } from '@checkstack/api';
import { CopyButton } from '../ui/copy-button.js';
import { Notice } from '../ui/notice.js';

/** A token that is shown once, and the commands to paste. */
@Component({
  selector: 'cs-enrolment',
  imports: [CopyButton, Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-notice tone="degraded">The token is shown only now. Copy it, or a command that holds it.</cs-notice>
    <div class="box">
      <code aria-label="Token">{{ enrolment().token }}</code>
      <cs-copy what="token" [text]="enrolment().token" />
    </div>
    @for (command of enrolment().commands; track command.title) {
      <section>
        <h3>{{ command.title }}</h3>
        <p class="cs-soft cs-small">{{ command.hint }}</p>
        <div class="box">
          <pre tabindex="0" [attr.aria-label]="command.title">{{ command.command }}</pre>
          <cs-copy [what]="'command: ' + command.title" [text]="command.command" />
        </div>
      </section>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 16px;
      min-width: 0;
    }

    section {
      display: grid;
      gap: 4px;
      min-width: 0;
    }

    .box {
      display: flex;
      align-items: flex-start;
      gap: 6px;
      min-width: 0;
      padding: 6px 6px 6px 12px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius-small);
      background: var(--cs-sunken);
    }

    code,
    pre {
      flex: 1;
      min-width: 0;
      margin: 0;
      padding: 6px 0;
      overflow-x: auto;
    }

    code {
      overflow-wrap: anywhere;
    }
  `,
})
export class EnrolmentView {
  readonly enrolment = input.required<Enrolment>();
}
