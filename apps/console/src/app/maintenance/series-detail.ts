import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Clock } from '../ui/clock.js';
import { Confirm } from '../ui/confirm.js';
import { Fact, Facts } from '../ui/facts.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { PageHeader } from '../ui/page-header.js';
import { byDay, reminderWords, targetWords, windowWords } from './maintenance-words.js';
import { MaintenanceRows } from './maintenance-rows.js';
import { openMaintenanceDialog } from './open-maintenance-dialog.js';
import { recurrenceWords } from './recurrence-draft.js';

const shownAhead = 20;
const shownPast = 50;

/** A maintenance that recurs: how, which come next, and which were. */
@Component({
  selector: 'cs-series-detail',
  imports: [Fact, Facts, Icon, LoadingView, MaintenanceRows, Markdown, MatButton, PageHeader],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="series" shape="page" />
    @if (series.value(); as value) {
      <cs-page-header [heading]="value.title" [parent]="{ name: 'Maintenance', link: '/maintenance' }">
        <span aside class="cs-soft">{{ value.endedAt ? 'Recurs no more' : recurrenceWords(value.rule) }}</span>
        @if (mayManage() && !value.endedAt) {
          <ng-container actions>
            <button matButton="outlined" type="button" (click)="edit()"><cs-icon name="edit" />Edit</button>
            <button matButton="outlined" type="button" (click)="end()"><cs-icon name="close" />End</button>
          </ng-container>
        }
      </cs-page-header>
      <div class="cs-detail">
        <div>
          @if (value.description) {
            <section class="cs-card text" aria-label="Description">
              <cs-markdown [source]="value.description" />
            </section>
          }
          @if (made.value(); as made) {
            @for (day of made.ahead; track day.day) {
              <section>
                <h2>{{ day.day }}</h2>
                <cs-maintenance-rows [items]="day.items" />
              </section>
            }
            @if (made.past.length > 0) {
              <section aria-labelledby="past-title">
                <h2 id="past-title">Past</h2>
                @for (day of made.past; track day.day) {
                  <p class="cs-soft cs-small day">{{ day.day }}</p>
                  <cs-maintenance-rows [items]="day.items" />
                }
              </section>
            }
          }
        </div>
        <aside>
          <section class="cs-card" aria-labelledby="about-title">
            <h2 id="about-title">About</h2>
            <cs-facts>
              <ng-template csFact="Recurs">{{ recurrenceWords(value.rule) }}</ng-template>
              <ng-template csFact="Time zone">{{ value.timeZone }}</ng-template>
              <ng-template csFact="First">{{ windowWords(value, value.timeZone) }}</ng-template>
              <ng-template csFact="Systems">{{ targetWords(value, 20) }}</ng-template>
              <ng-template csFact="Notifications">{{
                value.suppressNotifications ? 'Suppressed' : 'As always'
              }}</ng-template>
              <ng-template csFact="Availability">
                {{ value.excludeFromAvailability ? 'Left out where asked for' : 'Counts' }}
              </ng-template>
              @if (value.reminderMinutes.length > 0) {
                <ng-template csFact="Reminders">
                  @for (minutes of value.reminderMinutes; track minutes) {
                    {{ reminderWords(minutes) }}{{ $last ? '' : ', ' }}
                  }
                </ng-template>
              }
              <ng-template csFact="Planned by">{{ value.createdBy.name }}</ng-template>
            </cs-facts>
          </section>
        </aside>
      </div>
    }
  `,
  styles: `
    .text {
      padding: 14px 16px;
      font-size: 0.875rem;
      line-height: 1.375rem;
    }

    section + section {
      margin-top: 16px;
    }

    h2 {
      margin-bottom: 8px;
    }

    .day {
      margin: 8px 0 4px;
    }
  `,
})
export class SeriesDetail {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);

  // The address.
  readonly id = input.required<string>();

  protected readonly series = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.maintenanceSeries.read, { params: { id }, signal }),
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.id === value.id ? 'reload' : value),
  });
  protected readonly made = loaded({
    params: () => this.id(),
    load: async (seriesId, signal) => {
      const read = async (phase: 'upcoming' | 'current' | 'past', limit: number) =>
        (await this.#api.call(routes.maintenances.list, { query: { seriesId, phase, limit }, signal })).items;
      const [current, upcoming, past] = await Promise.all([
        read('current', shownAhead),
        read('upcoming', shownAhead),
        read('past', shownPast),
      ]);
      const now = this.#clock.now();
      return { ahead: byDay([...current, ...upcoming], now), past: byDay(past, now) };
    },
    topics: () => ['catalog'],
    patch: (value, message) =>
      message.type === 'changed' && (message.thing === 'maintenance' || message.id === this.id()) ? 'reload' : value,
  });
  protected readonly mayManage = computed(() => this.#session.may('maintenance.maintenance.manage'));
  protected readonly recurrenceWords = recurrenceWords;
  protected readonly reminderWords = reminderWords;
  protected readonly targetWords = targetWords;
  protected readonly windowWords = windowWords;

  protected async edit(): Promise<void> {
    const series = this.series.value();
    if (!series || !(await openMaintenanceDialog(this.#dialog, { series }))) return;
    this.series.reload();
    this.made.reload();
  }

  protected async end(): Promise<void> {
    const value = this.series.value();
    if (!value) return;
    const { id, title, version } = value;
    await this.#confirm.ask({
      title: `Let ${title} recur no more?`,
      text: 'All that are still to begin are cancelled. Those that took place stay.',
      action: 'End the series',
      act: async () => {
        this.series.set(await this.#api.call(routes.maintenanceSeries.end, { params: { id }, version }));
        this.made.reload();
      },
    });
  }
}
