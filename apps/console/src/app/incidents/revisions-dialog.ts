import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Markdown } from '../ui/markdown.js';
import { TimeAgo } from '../ui/time-ago.js';
import { audienceWords } from './incident-words.js';

/** What an update said, version by version. */
@Component({
  selector: 'cs-revisions-dialog',
  imports: [LoadingView, Markdown, MatButton, MatDialogModule, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>What it said</h2>
    <mat-dialog-content>
      <cs-loading [of]="revisions" />
      <ol>
        @for (revision of revisions.value(); track revision.version) {
          <li>
            <p class="cs-small cs-soft">
              {{ $first ? 'Now, since' : 'From' }} <cs-time say="short" [at]="revision.at" /> by
              {{ revision.by.name }} ·
              {{ audienceWords[revision.audience] }}
            </p>
            <cs-markdown [source]="revision.body" />
          </li>
        }
      </ol>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" matDialogClose>Close</button>
    </mat-dialog-actions>
  `,
  styles: `
    li {
      padding: 12px 0;
      border-bottom: 1px solid var(--cs-line);

      &:last-child {
        border-bottom: 0;
      }
    }

    cs-markdown {
      margin-top: 4px;
      color: var(--cs-text);
    }
  `,
})
export class RevisionsDialog {
  readonly #api = inject(Api);
  readonly #params = inject<{ id: string; updateId: string }>(MAT_DIALOG_DATA);

  protected readonly revisions = loaded({
    load: async (_, signal) =>
      (await this.#api.call(routes.incidents.revisions, { params: this.#params, signal })).items,
  });
  protected readonly audienceWords = audienceWords;
}
