import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { routes, type Environment, type ProbeDescriptor, type TestRun } from '@checkstack/api';
import type { z } from 'zod';
import { Api } from '../api/api.js';
import { toApiProblem, type ApiProblem } from '../api/api-problem.js';
import { Live } from '../live/live.js';
import { loaded } from '../loading/loaded.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { follow, hasEnded } from './follow-test-run.js';
import { TestReport, type ClickedFact } from './test-report.js';

export type TestBody = Omit<z.input<typeof routes.testRuns.create.body>, 'locationId'>;

/** How often a run is read while it is under way: the live socket normally is faster. */
const readAgainMs = { open: 5000, away: 1000 };

/** Runs what is in the form once, now, from a chosen location, and shows what comes of it. */
@Component({
  selector: 'cs-test-panel',
  imports: [Icon, MatButton, MatFormFieldModule, MatSelectModule, Notice, TestReport],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 id="test-title">Test now</h2>
    <p class="cs-soft cs-small">Runs what is in the form once. Nothing is saved, nothing enters the history.</p>
    @if (locations.value()?.length === 0) {
      <cs-notice tone="degraded">There is no location to run from yet: enrol a satellite first.</cs-notice>
    }
    <div class="controls">
      <mat-form-field>
        <mat-label>Location</mat-label>
        <mat-select [value]="locationId()" (valueChange)="picked.set($event)">
          @for (location of locations.value(); track location.id) {
            <mat-option [value]="location.id">
              {{ location.name }}
              @if (location.onlineCount === 0) {
                <span class="cs-faint">(no satellite online)</span>
              }
            </mat-option>
          }
        </mat-select>
      </mat-form-field>
      @if (asksEnvironment()) {
        <mat-form-field>
          <mat-label>Environment</mat-label>
          <mat-select [value]="environmentId()" (valueChange)="environmentId.set($event)">
            <mat-option [value]="undefined">None</mat-option>
            @for (environment of environments(); track environment.id) {
              <mat-option [value]="environment.id">{{ environment.name }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
      }
      @if (isRunning()) {
        <button matButton="outlined" type="button" (click)="cancel()"><cs-icon name="close" />Stop</button>
      } @else {
        <button matButton="filled" type="button" [disabled]="!locationId() || isStarting()" (click)="run()">
          <cs-icon name="play" />Test now
        </button>
      }
    </div>
    @if (trouble(); as trouble) {
      <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
    }
    @if (testRun.value(); as current) {
      <cs-test-report [run]="current" [probe]="probe()" (clicked)="clicked.emit($event)" />
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
    }

    .controls {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      align-items: center;
    }

    mat-form-field {
      flex: 1 1 160px;
      min-width: 0;
    }
  `,
})
export class TestPanel {
  readonly #api = inject(Api);
  readonly #live = inject(Live);

  readonly probe = input.required<ProbeDescriptor>();
  /** What to run; undefined when the form is not right, which the asked one shows by itself. */
  readonly body = input.required<() => TestBody | undefined>();
  /** The location to start with. */
  readonly startAt = input<string>();
  /** That can fill the templates. */
  readonly environments = input<readonly Environment[]>([]);
  readonly clicked = output<ClickedFact>();
  readonly refused = output<ApiProblem>();

  protected readonly locations = loaded({
    load: async (_, signal) => (await this.#api.call(routes.locations.list, { signal })).items,
    topics: () => ['catalog', 'satellites'],
    patch: (locations, message) =>
      (message.type === 'changed' && message.thing === 'location') || message.type === 'satellite'
        ? 'reload'
        : locations,
  });
  protected readonly picked = signal<string | undefined>(undefined);
  protected readonly locationId = computed(() => {
    const locations = this.locations.value() ?? [];
    const online = locations.find((location) => location.onlineCount > 0) ?? locations[0];
    return this.picked() ?? this.startAt() ?? online?.id;
  });

  protected readonly environmentId = signal<string | undefined>(undefined);
  protected readonly asksEnvironment = computed(() => this.environments().length > 0);

  readonly #runId = signal<string | undefined>(undefined);
  protected readonly testRun = loaded<TestRun, string>({
    params: () => this.#runId(),
    load: (id, signal) => this.#api.call(routes.testRuns.read, { params: { id }, signal }),
    topics: (id) => [`test-run:${id}`],
    patch: follow,
  });
  protected readonly isRunning = computed(() => {
    const run = this.testRun.value();
    return run !== undefined && !hasEnded(run);
  });
  protected readonly isStarting = signal(false);
  readonly #startTrouble = signal<string | undefined>(undefined);
  protected readonly trouble = computed(() => this.#startTrouble() ?? this.testRun.problem()?.detail);

  constructor() {
    effect((onCleanup) => {
      if (!this.isRunning()) return;
      const isOpen = this.#live.connection() === 'open';
      const timer = setInterval(() => this.testRun.reload(), isOpen ? readAgainMs.open : readAgainMs.away);
      onCleanup(() => clearInterval(timer));
    });
  }

  protected async run(): Promise<void> {
    const body = this.body()();
    const locationId = this.locationId();
    const environmentId = this.environmentId();
    if (!body || !locationId) return;
    this.isStarting.set(true);
    this.#startTrouble.set(undefined);
    try {
      const started = await this.#api.call(routes.testRuns.create, {
        body: { ...body, locationId, ...(environmentId ? { environmentId } : {}) },
      });
      this.#runId.set(started.id);
      this.testRun.set(started);
    } catch (error) {
      const problem = toApiProblem(error);
      if (problem.fields.length > 0) this.refused.emit(problem);
      this.#startTrouble.set(problem.detail);
    } finally {
      this.isStarting.set(false);
    }
  }

  protected async cancel(): Promise<void> {
    const id = this.#runId();
    if (!id) return;
    try {
      await this.#api.call(routes.testRuns.cancel, { params: { id } });
      this.testRun.reload();
    } catch (error) {
      this.#startTrouble.set(toApiProblem(error).detail);
    }
  }
}
