import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatMenuModule } from '@angular/material/menu';
import { MatSelectModule } from '@angular/material/select';
import { audiences, routes, type Audience, type IncidentUpdate } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { toMessage } from '../ui/message.js';
import { Notice } from '../ui/notice.js';
import { TimeAgo } from '../ui/time-ago.js';
import { audienceWords } from './maintenance-words.js';

const audienceMeaning: Record<Audience, string> = {
  public: 'Everyone, on status pages too.',
  'signed-in': 'Everyone who signs in here.',
  internal: 'Only those who manage maintenances.',
};

/** What people say of a maintenance, newest first, and the place to say it. */
@Component({
  selector: 'cs-maintenance-updates',
  imports: [
    Icon,
    LoadingView,
    Markdown,
    MatButton,
    MatFormFieldModule,
    MatIconButton,
    MatInput,
    MatMenuModule,
    MatSelectModule,
    Notice,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './maintenance-updates.html',
  styleUrl: './maintenance-updates.scss',
})
export class MaintenanceUpdates {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #session = inject(Session);

  readonly maintenanceId = input.required<string>();

  protected readonly updates = loaded({
    params: () => this.maintenanceId(),
    load: async (id, signal) => this.#api.all(routes.maintenances.updates, { params: { id }, query: {}, signal }),
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.id === this.maintenanceId() ? 'reload' : value),
  });
  protected readonly mayManage = computed(() => this.#session.may('maintenance.maintenance.manage'));
  protected readonly audiences = audiences;
  protected readonly audienceWords = audienceWords;
  protected readonly audienceMeaning = audienceMeaning;
  protected readonly body = signal('');
  protected readonly audience = signal<Audience>('signed-in');
  /** Which one is written anew; undefined: a new one. */
  protected readonly edited = signal<IncidentUpdate | undefined>(undefined);
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSaving = signal(false);

  protected async save(): Promise<void> {
    const body = this.body().trim();
    if (!body || this.isSaving()) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    try {
      await this.#send({ body, audience: this.audience() });
      this.stop();
      this.updates.reload();
    } catch (error) {
      this.trouble.set(toMessage(error));
    } finally {
      this.isSaving.set(false);
    }
  }

  protected begin(update: IncidentUpdate): void {
    this.edited.set(update);
    this.body.set(update.body ?? '');
    this.audience.set(update.audience);
  }

  protected stop(): void {
    this.edited.set(undefined);
    this.body.set('');
    this.trouble.set(undefined);
  }

  protected async withdraw({ id, version }: IncidentUpdate): Promise<void> {
    const params = { id: this.maintenanceId(), updateId: id };
    const isDone = await this.#confirm.ask({
      title: 'Delete this update?',
      text: 'That there was one stays to be seen.',
      action: 'Delete update',
      act: () => this.#api.call(routes.maintenances.withdraw, { params, version }),
    });
    if (isDone) this.updates.reload();
  }

  #send(body: { body: string; audience: Audience }): Promise<IncidentUpdate> {
    const id = this.maintenanceId();
    const edited = this.edited();
    if (!edited) return this.#api.call(routes.maintenances.post, { params: { id }, body });
    const params = { id, updateId: edited.id };
    return this.#api.call(routes.maintenances.edit, { params, body, version: edited.version });
  }
}
