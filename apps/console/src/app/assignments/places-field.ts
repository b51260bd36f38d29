import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatRadioModule } from '@angular/material/radio';
import { MatSelectModule } from '@angular/material/select';
import { routes, type SatelliteTag } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { ProblemMark } from '../schema-form/problem.js';
import type { PlacesDraft } from './places-draft.js';

/** Locations and satellite tags that a check runs from, and how many of their satellites run it. */
@Component({
  selector: 'cs-places-field',
  imports: [LoadingView, MatFormFieldModule, MatRadioModule, MatSelectModule, ProblemMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let draft = places();
    @let complaint = draft.touched() ? draft.complaint() : '';
    @if (!offered.value()) {
      <cs-loading shape="line" [of]="offered" />
    }
    <div class="pair">
      <mat-form-field>
        <mat-label>Locations</mat-label>
        <mat-select
          multiple
          id="locations"
          [csProblem]="complaint"
          [value]="draft.locationIds()"
          (valueChange)="draft.locationIds.set($event)"
        >
          @for (location of offered.value()?.locations; track location.id) {
            <mat-option [value]="location.id">
              {{ location.name }}{{ location.onlineCount === 0 ? ' (no satellite online)' : '' }}
            </mat-option>
          }
        </mat-select>
        <mat-hint>It runs from each of them.</mat-hint>
        <mat-error>{{ complaint }}</mat-error>
      </mat-form-field>
      @if (tags().length > 0) {
        <mat-form-field>
          <mat-label>Satellite tags</mat-label>
          <mat-select multiple [value]="draft.satelliteTags()" (valueChange)="draft.satelliteTags.set($event)">
            @for (tag of tags(); track tag.tag) {
              <mat-option [value]="tag.tag">{{ tag.tag }} ({{ standingOf(tag) }})</mat-option>
            }
          </mat-select>
          <mat-hint>The satellites with a tag are one place, wherever they stand.</mat-hint>
        </mat-form-field>
      }
    </div>
    <fieldset>
      <legend id="satellites-legend">Which satellites run it</legend>
      <mat-radio-group
        aria-labelledby="satellites-legend"
        [value]="draft.satellites()"
        (change)="draft.satellites.set($event.value)"
      >
        <mat-radio-button value="one">
          One of each place
          <span class="cs-soft">Another takes over when it goes offline.</span>
        </mat-radio-button>
        <mat-radio-button value="every">
          Every one
          <span class="cs-soft">Each has a state of its own; nobody stands in for one that is offline.</span>
        </mat-radio-button>
      </mat-radio-group>
    </fieldset>
  `,
  styles: `
    :host {
      display: grid;
      gap: 16px;
    }

    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
      gap: 16px;
      align-items: start;
    }

    fieldset {
      min-width: 0;
      margin: 0;
      padding: 0;
      border: 0;
    }

    legend {
      padding: 0;
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
    }

    mat-radio-group {
      display: grid;
      gap: 6px;
    }

    span {
      display: block;
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }
  `,
})
export class PlacesField {
  readonly #api = inject(Api);

  readonly places = input.required<PlacesDraft>();

  protected readonly offered = loaded({
    load: async (_, signal) => {
      const [locations, tags] = await Promise.all([
        this.#api.call(routes.locations.list, { signal }),
        this.#api.call(routes.satellites.tags, { signal }),
      ]);
      return { locations: locations.items, tags: tags.items };
    },
    topics: () => ['catalog', 'satellites'],
    patch: (offered, message) =>
      message.type === 'changed' && ['location', 'satellite'].includes(message.thing) ? 'reload' : offered,
  });
  /** Those that satellites have, and those that are chosen although none has them any more. */
  protected readonly tags = computed<SatelliteTag[]>(() => {
    const known = this.offered.value()?.tags ?? [];
    const names = new Set(known.map(({ tag }) => tag));
    const unused = this.places()
      .satelliteTags()
      .filter((tag) => !names.has(tag));
    return [...known, ...unused.map((tag) => ({ tag, satelliteCount: 0, onlineCount: 0 }))];
  });

  constructor() {
    // With one location there is nothing to choose.
    const choice = effect(() => {
      const offered = this.offered.value();
      if (!offered) return;
      choice.destroy();
      const [only, ...others] = offered.locations;
      const draft = untracked(this.places);
      if (only && others.length === 0 && untracked(draft.isEmpty)) draft.locationIds.set([only.id]);
    });
  }

  protected standingOf({ satelliteCount, onlineCount }: SatelliteTag): string {
    if (satelliteCount === 0) return 'no enabled satellite has it';
    const satellites = satelliteCount === 1 ? '1 satellite' : `${satelliteCount} satellites`;
    return onlineCount === 0 ? `${satellites}, none online` : satellites;
  }
}
