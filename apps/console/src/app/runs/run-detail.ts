import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes, type Run } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { extraRunWords, sideAdvice, sideWords } from '../results/run-words.js';
import { Session } from '../session/session.js';
import { Duration } from '../ui/duration.js';
import { Fact, Facts } from '../ui/facts.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { StateBadge } from '../ui/state-badge.js';
import { fullTime } from '../ui/time.js';
import { TimeAgo } from '../ui/time-ago.js';
import { factRows } from './fact-words.js';
import { neighbours, neighbourWindow } from './neighbours.js';

/** One run: what it found, and if it failed, whose trouble that is. */
@Component({
  selector: 'cs-run-detail',
  imports: [Duration, Fact, Facts, Icon, LoadingView, MatButton, PageHeader, RouterLink, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './run-detail.html',
  styleUrl: './run-detail.scss',
})
export class RunDetail {
  readonly #api = inject(Api);
  readonly #session = inject(Session);

  // The address.
  readonly id = input.required<string>();

  protected readonly run = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.results.run, { params: { id }, signal }),
  });
  protected readonly probe = loaded({
    params: () => this.run.value()?.check.id,
    load: async (id, signal) => {
      const [check, probes] = await Promise.all([
        this.#api.call(routes.checks.read, { params: { id }, signal }),
        this.#api.call(routes.probes.list, { signal }),
      ]);
      return probes.items.find(({ kind }) => kind === check.kind);
    },
  });
  protected readonly beside = loaded({
    params: () => this.run.value(),
    load: async (run, signal) => {
      const { sliceId } = run;
      const before = await this.#api.call(routes.results.runs, { query: { sliceId, to: run.slot, limit: 3 }, signal });
      const query = { sliceId, ...neighbourWindow(run, before.items), limit: 1000 };
      const after = await this.#api.call(routes.results.runs, { query, signal });
      return neighbours(run, [...before.items, ...after.items]);
    },
    topics: (run) => [`check:${run.check.id}`],
    // The newest run gets a newer one after a while.
    patch: (beside, message) => (message.type === 'runs' && !beside.newer ? 'reload' : beside),
  });

  protected readonly facts = computed(() => factRows(this.run.value()?.facts ?? {}, this.probe.value()));
  protected readonly others = computed(() => this.facts().filter(({ ms }) => ms === null));
  protected readonly timings = computed(() => {
    const timings = this.facts().flatMap((row) => (row.ms === null ? [] : [{ ...row, ms: row.ms }]));
    const longest = Math.max(...timings.map(({ ms }) => ms), 1);
    return timings.map((row) => ({ ...row, percent: (row.ms / longest) * 100 }));
  });
  protected readonly failureTitle = computed(() => {
    const code = this.run.value()?.failure?.code;
    return this.probe.value()?.failures.find((failure) => failure.code === code)?.title ?? code?.replaceAll('_', ' ');
  });
  protected readonly mayManage = computed(() => this.#session.may('checks.check.manage'));
  protected readonly extraRun = extraRunWords;
  protected readonly sideWords = sideWords;
  protected readonly sideAdvice = sideAdvice;
  protected readonly fullTime = fullTime;

  protected heading({ check, place }: Run): string {
    return `${check.name} from ${place}`;
  }
}
