import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { routes, type History, type Slice, type StateInterval } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { sliceNames } from '../results/slice-names.js';
import { topicOf, type Subject } from '../results/subject.js';
import { Session } from '../session/session.js';
import { Clock } from '../ui/clock.js';
import { worstFirst } from '../ui/state-badge.js';
import { readRange } from '../ui/time-range.js';
import { StateLane } from './state-lane.js';
import { spansOf, timesOf } from './state-spans.js';

const drawnLanes = 12;
/** Changes of one slice; a slice that changes more often is a picture of noise. */
const mostChanges = 500;

/** In which state each slice was over the range of the address, a lane each. */
@Component({
  selector: 'cs-state-lanes',
  imports: [LoadingView, StateLane],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="intervals" shape="line" />
    <ul>
      @for (lane of lanes(); track lane.id) {
        <li>
          <span class="cs-clip" [title]="lane.name">{{ lane.name }}</span>
          <cs-state-lane
            [label]="lane.name"
            [spans]="lane.spans"
            [window]="window()"
            [buckets]="lane.buckets"
            [maintenances]="lane.maintenances"
          />
        </li>
      }
    </ul>
    @if (lanes().length < slices().length && intervals.value()) {
      <p class="cs-faint">The {{ lanes().length }} worst of {{ slices().length.toLocaleString() }} slices.</p>
    }
  `,
  styles: `
    ul {
      display: grid;
      gap: 6px;
    }

    // As far in as a chart's axis.
    li {
      padding: 0 8px 0 58px;
    }

    span {
      display: block;
      margin-bottom: 1px;
      color: var(--cs-text-faint);
      font-size: 0.75rem;
    }

    p {
      padding: 6px 8px 0 58px;
      font-size: 0.75rem;
    }

    @media (width < 720px) {
      li,
      p {
        padding-inline: 0;
      }
    }
  `,
})
export class StateLanes {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #session = inject(Session);

  readonly subject = input.required<Subject>();
  readonly slices = input.required<readonly Slice[]>();
  /** As in the address. */
  readonly range = input<string>();
  /** By slice: what single runs said. */
  readonly history = input<History>();

  /** Chosen by what they are now; which ones these are does not change with every run. */
  readonly #drawn = computed(
    () => {
      const slices = this.slices();
      if (slices.length <= drawnLanes) return slices.map(({ id }) => id);
      const place = (slice: Slice) => worstFirst.indexOf(slice.state.state);
      return slices
        .toSorted((left, right) => place(left) - place(right))
        .slice(0, drawnLanes)
        .map(({ id }) => id);
    },
    { equal: (left, right) => left.join() === right.join() },
  );
  protected readonly window = computed(() => readRange(this.range(), this.#clock.now()));
  protected readonly intervals = loaded<
    ReadonlyMap<string, readonly StateInterval[]>,
    { ids: string[]; range: string }
  >({
    params: () => ({ ids: this.#drawn(), range: this.range() ?? '' }),
    load: async ({ ids, range }, signal) => {
      const { from, to, isLive } = readRange(range, Date.now());
      const span = { from: new Date(from).toISOString(), ...(isLive ? {} : { to: new Date(to).toISOString() }) };
      const pages = await Promise.all(
        ids.map((sliceId) =>
          this.#api.call(routes.results.intervals, { query: { sliceId, ...span, limit: mostChanges }, signal }),
        ),
      );
      return new Map(ids.map((id, index) => [id, pages[index]?.items ?? []]));
    },
    topics: () => [topicOf(this.subject())],
    patch: (known, message) =>
      message.type === 'state' && message.subject.kind === 'slice' && known.has(message.subject.id) ? 'reload' : known,
    gatherMs: 500,
  });
  /** By system, as far as the reader may know of them. */
  readonly #maintenances = loaded({
    params: () => {
      const drawn = new Set(this.#drawn());
      const systems = new Set(this.slices().flatMap(({ id, system }) => (drawn.has(id) ? system.id : [])));
      return this.#session.may('maintenance.maintenance.read')
        ? { systems: [...systems].sort().join(), range: this.range() ?? '' }
        : undefined;
    },
    load: async ({ systems, range }, signal) => {
      const { from, to } = readRange(range, Date.now());
      const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      const ids = systems.split(',').filter(Boolean);
      const answers = await Promise.all(
        ids.map((systemId) => this.#api.call(routes.maintenances.spans, { query: { systemId, ...span }, signal })),
      );
      return new Map(ids.map((id, index) => [id, answers[index]?.items ?? []]));
    },
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'maintenance' ? 'reload' : value),
  });
  protected readonly lanes = computed(() => {
    const intervals = this.intervals.value();
    if (!intervals) return [];
    const names = sliceNames(this.slices());
    const buckets = new Map(this.history()?.series.map((series) => [series.slice?.id, series.buckets]));
    const systemOf = new Map(this.slices().map(({ id, system }) => [id, system.id]));
    const lanes = [...intervals].flatMap(([id, own]) => {
      const name = names.get(id);
      return name === undefined
        ? []
        : [
            {
              id,
              name,
              spans: spansOf(own, this.window()),
              buckets: buckets.get(id) ?? [],
              maintenances: timesOf(this.#maintenances.value()?.get(systemOf.get(id) ?? '') ?? [], this.window()),
            },
          ];
    });
    return lanes.sort((left, right) => left.name.localeCompare(right.name));
  });
}
