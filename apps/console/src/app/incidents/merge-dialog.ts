import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { ChoiceBar } from '../ui/choice-bar.js';
import { Notice } from '../ui/notice.js';

/** Something that two people changed. */
export interface Difference {
  field: string;
  label: string;
  theirs: string;
  mine: string;
  isText: boolean;
}

/** By field: whose version, or for a text what it is to say. */
export type Merged = Record<string, { side: 'theirs' | 'mine' } | { text: string }>;

export interface MergeQuestion {
  /** “Somebody else changed the description while you did.” */
  text: string;
  differences: readonly Difference[];
}

type Side = 'theirs' | 'mine';

/** Shows what both made of something, and asks what is to stay. Nothing is overwritten unseen. */
@Component({
  selector: 'cs-merge-dialog',
  imports: [ChoiceBar, MatButton, MatDialogModule, Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>Changed by somebody else meanwhile</h2>
    <mat-dialog-content>
      <cs-notice tone="degraded">{{ question.text }}</cs-notice>
      @for (difference of question.differences; track difference.field) {
        <section [attr.aria-label]="difference.label">
          <h3>{{ difference.label }}</h3>
          <div class="both">
            <div>
              <h4>Theirs</h4>
              <p class="version" tabindex="0" role="region" [attr.aria-label]="difference.label + ', theirs'">
                {{ difference.theirs || 'Empty' }}
              </p>
            </div>
            <div>
              <h4>Yours</h4>
              <p class="version" tabindex="0" role="region" [attr.aria-label]="difference.label + ', yours'">
                {{ difference.mine || 'Empty' }}
              </p>
            </div>
          </div>
          <cs-choice-bar
            [label]="'Keep of ' + difference.label"
            [choices]="choices"
            [value]="chosen()[difference.field] ?? 'mine'"
            (picked)="choose(difference, $event)"
          />
          @if (difference.isText) {
            <label>
              What it will say
              <textarea
                [rows]="difference.mine.length > 80 || difference.theirs.length > 80 ? 6 : 2"
                [value]="texts()[difference.field] ?? ''"
                (input)="write(difference.field, $event)"
              ></textarea>
            </label>
          }
        </section>
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" matDialogClose>Back to editing</button>
      <button matButton="filled" type="button" (click)="done()">Save this</button>
    </mat-dialog-actions>
  `,
  styles: `
    section {
      margin-top: 18px;
    }

    .both {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
      gap: 12px;
      margin: 6px 0 10px;
    }

    h4 {
      margin-bottom: 4px;
      color: var(--cs-text-soft);
      font-size: 0.75rem;
      font-weight: 550;
    }

    .version {
      max-height: 180px;
      padding: 8px 10px;
      overflow: auto;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius-small);
      background: var(--cs-sunken);
      color: var(--cs-text);
      font-size: 0.8125rem;
      line-height: 1.25rem;
      overflow-wrap: anywhere;
      white-space: pre-wrap;
    }

    label {
      display: block;
      margin-top: 10px;
      color: var(--cs-text-soft);
      font-size: 0.75rem;
      font-weight: 550;
    }

    textarea {
      display: block;
      width: 100%;
      margin-top: 4px;
      padding: 8px 10px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text);
      font: inherit;
      font-size: 0.875rem;
      font-weight: 400;
      resize: vertical;
    }
  `,
})
export class MergeDialog {
  readonly #opened = inject<MatDialogRef<MergeDialog, Merged>>(MatDialogRef);
  protected readonly question = inject<MergeQuestion>(MAT_DIALOG_DATA);
  protected readonly choices = [
    { value: 'theirs', label: 'Keep theirs' },
    { value: 'mine', label: 'Keep yours' },
  ] as const;
  protected readonly chosen = signal<Record<string, Side>>({});
  protected readonly texts = signal<Record<string, string>>(
    Object.fromEntries(this.question.differences.map(({ field, mine }) => [field, mine])),
  );

  protected choose({ field, theirs, mine }: Difference, side: Side): void {
    this.chosen.update((chosen) => ({ ...chosen, [field]: side }));
    this.texts.update((texts) => ({ ...texts, [field]: side === 'mine' ? mine : theirs }));
  }

  protected write(field: string, event: Event): void {
    const { value } = event.target as HTMLTextAreaElement;
    this.texts.update((texts) => ({ ...texts, [field]: value }));
  }

  protected done(): void {
    this.#opened.close(
      Object.fromEntries(
        this.question.differences.map(({ field, isText }) => [
          field,
          isText ? { text: this.texts()[field] ?? '' } : { side: this.chosen()[field] ?? 'mine' },
        ]),
      ),
    );
  }
}
