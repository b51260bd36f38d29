import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, viewChild } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { Router } from '@angular/router';
import { incidentStatuses, routes, type Incident, type IncidentStatus, type LiveMessage } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Clock } from '../ui/clock.js';
import { Confirm } from '../ui/confirm.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import type { Editing } from '../ui/leave-guard.js';
import { Toasts } from '../ui/toasts.js';
import { IncidentAbout } from './incident-about.js';
import { IncidentStatusBadge, SeverityBadge } from './incident-badge.js';
import { IncidentSaving } from './incident-saving.js';
import { IncidentTimeline } from './incident-timeline.js';
import { lengthWords, statusWords } from './incident-words.js';
import { openIncidentDialog } from './open-incident-dialog.js';
import { PostMortem } from './post-mortem.js';
import { readTimeline } from './read-pages.js';
import { UpdateComposer } from './update-composer.js';

/** The room that people work in while something is broken: what is known, who is on it, what was said and done. */
@Component({
  selector: 'cs-incident-detail',
  imports: [
    Icon,
    IncidentAbout,
    IncidentStatusBadge,
    IncidentTimeline,
    LoadingView,
    Markdown,
    MatButton,
    MatIconButton,
    MatMenuModule,
    Notice,
    PageHeader,
    PostMortem,
    SeverityBadge,
    UpdateComposer,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './incident-detail.html',
  styleUrl: './incident-detail.scss',
})
export class IncidentDetail implements Editing {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #saving = inject(IncidentSaving);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  // The address.
  readonly id = input.required<string>();

  protected readonly incident = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.incidents.read, { params: { id }, signal }),
    topics: () => ['catalog', 'states'],
    patch: (incident, message) => (isAbout(incident, message) ? 'reload' : incident),
  });
  readonly #pages = linkedSignal({ source: this.id, computation: () => 1 });
  protected readonly timeline = loaded({
    params: () => ({ id: this.id(), pages: this.#pages() }),
    load: (asked, signal) => readTimeline(this.#api, asked, signal),
    topics: () => ['catalog', 'states'],
    patch: (value, message) => {
      const incident = this.incident.value();
      return incident && isAbout(incident, message) ? 'reload' : value;
    },
  });
  private readonly composer = viewChild(UpdateComposer);
  private readonly entries = viewChild(IncidentTimeline);
  private readonly postMortem = viewChild(PostMortem);

  protected readonly mayManage = computed(() => this.#session.may('incidents.incident.manage'));
  protected readonly statuses = incidentStatuses;
  protected readonly statusWords = statusWords;
  protected readonly length = computed(() => {
    const incident = this.incident.value();
    return incident && lengthWords(incident, this.#clock.now());
  });
  /** Afterwards, and when somebody began to write one. */
  protected readonly showsPostMortem = computed(() => {
    const { status, postMortem, actionItems } = this.incident.value() ?? {};
    return status === 'resolved' || Boolean(postMortem) || (actionItems?.length ?? 0) > 0;
  });

  hasChanges(): boolean {
    return [this.composer(), this.entries(), this.postMortem()].some((part) => part?.hasChanges());
  }

  protected async setStatus(status: IncidentStatus): Promise<void> {
    const incident = this.incident.value();
    if (incident) await this.#try(async () => this.take(await this.#saving.save(incident, { status })));
  }

  protected acknowledge(): Promise<void> {
    return this.#try(async () =>
      this.take(await this.#api.call(routes.incidents.acknowledge, { params: { id: this.id() } })),
    );
  }

  protected async edit(): Promise<void> {
    const incident = this.incident.value();
    if (incident) this.take(await openIncidentDialog(this.#dialog, { incident }));
  }

  protected take(incident: Incident | undefined): void {
    if (!incident) return;
    this.incident.set(incident);
    this.timeline.reload();
  }

  protected posted(): void {
    this.incident.reload();
    this.timeline.reload();
  }

  protected readOn(): void {
    this.#pages.update((pages) => pages + 1);
  }

  protected async remove(): Promise<void> {
    const incident = this.incident.value();
    if (!incident) return;
    const { id, title, version } = incident;
    const isDone = await this.#confirm.ask({
      title: `Delete “${title}”?`,
      text: 'Its updates, its timeline and its post-mortem are deleted. This cannot be undone. An incident that is over is resolved, not deleted.',
      action: 'Delete incident',
      act: () => this.#api.call(routes.incidents.remove, { params: { id }, version }),
    });
    if (isDone) await this.#router.navigateByUrl('/incidents');
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#toasts.failed(error);
    }
  }
}

function isAbout({ id, systems }: Incident, message: LiveMessage): boolean {
  if (message.type === 'changed') return message.thing === 'incident' && message.id === id;
  return message.type === 'state' && systems.some(({ system }) => system.id === message.subject.id);
}
