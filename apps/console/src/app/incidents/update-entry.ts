import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { FormsModule } from '@angular/forms';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatMenuModule } from '@angular/material/menu';
import { MatSelectModule } from '@angular/material/select';
import { MatTooltip } from '@angular/material/tooltip';
import { audiences, routes, type Audience, type IncidentUpdate } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Confirm } from '../ui/confirm.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { IncidentSaving } from './incident-saving.js';
import { audienceIcons, audienceMeaning, audienceWords } from './incident-words.js';
import { RevisionsDialog } from './revisions-dialog.js';
import { UpdateText } from './update-text.js';

/** What somebody wrote; it can be changed and deleted, and both stay seen. */
@Component({
  selector: 'cs-update-entry',
  imports: [
    FormsModule,
    Icon,
    Markdown,
    MatButton,
    MatFormFieldModule,
    MatIconButton,
    MatMenuModule,
    MatSelectModule,
    MatTooltip,
    TimeAgo,
    UpdateText,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './update-entry.html',
  styleUrl: './update-entry.scss',
})
export class UpdateEntry {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #saving = inject(IncidentSaving);
  readonly #toasts = inject(Toasts);

  readonly incidentId = input.required<string>();
  readonly update = input.required<IncidentUpdate>();
  readonly mayManage = input.required<boolean>();
  readonly changed = output();

  /** What is edited, as it was when that began: what others do meanwhile does not move it. */
  protected readonly edited = signal<IncidentUpdate | undefined>(undefined);
  protected readonly text = signal('');
  protected readonly audience = signal<Audience>('signed-in');
  protected readonly isSaving = signal(false);
  protected readonly audiences = audiences;
  protected readonly audienceWords = audienceWords;
  protected readonly audienceMeaning = audienceMeaning;
  protected readonly audienceIcon = computed(() => audienceIcons[this.update().audience]);

  hasChanges(): boolean {
    const base = this.edited();
    return base !== undefined && (this.text() !== base.body || this.audience() !== base.audience);
  }

  protected edit(): void {
    const update = this.update();
    this.text.set(update.body ?? '');
    this.audience.set(update.audience);
    this.edited.set(update);
  }

  protected async save(): Promise<void> {
    const base = this.edited();
    const body = this.text().trim();
    if (!base || !body || this.isSaving()) return;
    this.isSaving.set(true);
    try {
      const given = { body, audience: this.audience() };
      if (!(await this.#saving.saveUpdate(this.incidentId(), base, given))) return;
      this.edited.set(undefined);
      this.changed.emit();
    } catch (error) {
      this.#toasts.failed(error);
    } finally {
      this.isSaving.set(false);
    }
  }

  protected async remove(): Promise<void> {
    const { id: updateId, version } = this.update();
    const params = { id: this.incidentId(), updateId };
    const isDone = await this.#confirm.ask({
      title: 'Delete this update?',
      text: 'Its text is not shown any more. That there was one, whose it was and who deleted it, stays in the timeline.',
      action: 'Delete update',
      act: () => this.#api.call(routes.incidents.withdraw, { params, version }),
    });
    if (isDone) this.changed.emit();
  }

  protected showRevisions(): void {
    this.#dialog.open(RevisionsDialog, {
      data: { id: this.incidentId(), updateId: this.update().id },
      width: '640px',
      maxWidth: 'calc(100vw - 24px)',
      autoFocus: 'dialog',
    });
  }
}
