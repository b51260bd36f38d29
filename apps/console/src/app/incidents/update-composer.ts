import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { FormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import {
  audiences,
  incidentStatuses,
  routes,
  type Audience,
  type Incident,
  type IncidentStatus,
} from '@checkstack/api';
import { Api } from '../api/api.js';
import { toMessage } from '../ui/message.js';
import { Notice } from '../ui/notice.js';
import { audienceMeaning, audienceWords, statusWords } from './incident-words.js';
import { UpdateText } from './update-text.js';

/** Says what is new, to whom, and what that makes of the status. */
@Component({
  selector: 'cs-update-composer',
  imports: [FormsModule, MatButton, MatFormFieldModule, MatSelectModule, Notice, UpdateText],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form class="cs-card" (ngSubmit)="post()">
      @if (trouble(); as trouble) {
        <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
      }
      <cs-update-text label="New update" placeholder="What is new? Markdown." [(text)]="text" (finished)="post()" />
      <div class="foot">
        <mat-form-field subscriptSizing="dynamic">
          <mat-label>Who may read it</mat-label>
          <mat-select name="audience" [(ngModel)]="audience">
            @for (each of audiences; track each) {
              <mat-option [value]="each">{{ audienceWords[each] }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
        <mat-form-field subscriptSizing="dynamic">
          <mat-label>Status</mat-label>
          <mat-select name="status" [ngModel]="status() ?? incident().status" (ngModelChange)="status.set($event)">
            @for (each of statuses; track each) {
              <mat-option [value]="each">{{ statusWords[each] }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
        <span class="cs-small cs-soft meaning">{{ audienceMeaning[audience()] }}</span>
        <span class="cs-small cs-faint keys"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span>
        <button matButton="filled" type="submit" [disabled]="isPosting() || !text().trim()">Post</button>
      </div>
    </form>
  `,
  styles: `
    :host {
      display: block;
      margin-bottom: 14px;
    }

    form {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 10px;
      padding: 12px;
    }

    .foot {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px 12px;
    }

    mat-form-field {
      flex: 0 1 160px;
      min-width: 130px;
    }

    .meaning {
      flex: 1 1 160px;
    }

    @media (width < 720px) {
      .keys {
        display: none;
      }

      button {
        margin-inline-start: auto;
      }
    }
  `,
})
export class UpdateComposer {
  readonly #api = inject(Api);
  private readonly field = viewChild<UpdateText, ElementRef<HTMLElement>>(UpdateText, { read: ElementRef });

  readonly incident = input.required<Incident>();
  readonly posted = output();

  protected readonly text = signal('');
  protected readonly audience = signal<Audience>('signed-in');
  /** Undefined: it stays. */
  protected readonly status = signal<IncidentStatus | undefined>(undefined);
  protected readonly isPosting = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly audiences = audiences;
  protected readonly statuses = incidentStatuses;
  protected readonly audienceWords = audienceWords;
  protected readonly audienceMeaning = audienceMeaning;
  protected readonly statusWords = statusWords;

  hasChanges(): boolean {
    return this.text().trim() !== '';
  }

  protected async post(): Promise<void> {
    const body = this.text().trim();
    if (!body || this.isPosting()) return;
    this.isPosting.set(true);
    this.trouble.set(undefined);
    const { id, status: known } = this.incident();
    const status = this.status();
    try {
      await this.#api.call(routes.incidents.post, {
        params: { id },
        body: { body, audience: this.audience(), ...(status && status !== known && { status }) },
      });
      this.text.set('');
      this.status.set(undefined);
      // What follows may be for fewer.
      if (this.audience() === 'public') this.audience.set('signed-in');
      this.posted.emit();
    } catch (error) {
      this.trouble.set(toMessage(error));
    } finally {
      this.isPosting.set(false);
      this.field()?.nativeElement.querySelector('textarea')?.focus();
    }
  }
}
