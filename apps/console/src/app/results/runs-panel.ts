import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { Slice, State } from '@checkstack/api';
import { FilterMenu } from '../ui/filter-menu.js';
import { injectQuery } from '../ui/query.js';
import { stateWords, worstFirst } from '../ui/state-badge.js';
import { dayTimeWords } from '../ui/time.js';
import { readRange } from '../ui/time-range.js';
import { optionsOf, type RunFilter } from './run-filter.js';
import { RunsList } from './runs-list.js';
import type { Subject } from './subject.js';

/** The runs of a check or system, with filters that stand in the address. A fixed range holds for them too. */
@Component({
  selector: 'cs-runs-panel',
  imports: [FilterMenu, MatButton, RunsList],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section aria-labelledby="runs-title">
      <div class="cs-section-head">
        <h2 id="runs-title">Runs</h2>
        <div class="filters">
          @if (span(); as words) {
            <span class="cs-faint cs-small">{{ words }}</span>
          }
          <cs-filter-menu
            label="Verdict"
            [options]="verdicts"
            [value]="verdict()"
            (picked)="query({ verdict: $event })"
          />
          @if (locations().length > 1 || location()) {
            <cs-filter-menu
              label="Location"
              [options]="locations()"
              [value]="location()"
              (picked)="query({ location: $event })"
            />
          }
          @if (environments().length > 1 || environment()) {
            <cs-filter-menu
              label="Environment"
              [options]="environments()"
              [value]="environment()"
              (picked)="query({ environment: $event })"
            />
          }
          @if (verdict() || location() || environment()) {
            <button matButton type="button" (click)="query({ verdict: null, location: null, environment: null })">
              Clear
            </button>
          }
        </div>
      </div>
      <div class="cs-card"><cs-runs-list [subject]="subject()" [filter]="filter()" /></div>
    </section>
  `,
  styles: `
    .filters {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
    }
  `,
})
export class RunsPanel {
  protected readonly query = injectQuery();

  readonly subject = input.required<Subject>();
  /** Where it runs: they say which locations and environments there are. */
  readonly slices = input.required<readonly Slice[]>();
  // As in the address.
  readonly range = input<string>();
  readonly verdict = input<State>();
  readonly location = input<string>();
  readonly environment = input<string>();

  protected readonly verdicts = worstFirst.map((value) => ({ value, label: stateWords[value] }));
  protected readonly locations = computed(() => optionsOf(this.slices(), 'location'));
  protected readonly environments = computed(() => optionsOf(this.slices(), 'environment'));
  readonly #fixed = computed(() => {
    const range = readRange(this.range(), 0);
    return range.isLive ? undefined : range;
  });
  protected readonly span = computed(() => {
    const fixed = this.#fixed();
    return fixed && `${dayTimeWords(fixed.from)} – ${dayTimeWords(fixed.to)}`;
  });
  protected readonly filter = computed<RunFilter>(
    () => {
      const fixed = this.#fixed();
      const [verdict, locationId, environmentId] = [this.verdict(), this.location(), this.environment()];
      return {
        ...(verdict ? { verdict } : {}),
        ...(locationId ? { locationId } : {}),
        ...(environmentId ? { environmentId } : {}),
        ...(fixed ? { from: fixed.from, to: fixed.to } : {}),
      };
    },
    { equal: (left, right) => JSON.stringify(left) === JSON.stringify(right) },
  );
}
