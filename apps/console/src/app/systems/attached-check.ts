import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Assignment, History, Slice } from '@checkstack/api';
import { AssignmentMenu } from '../assignments/assignment-menu.js';
import { SliceHistory } from '../history/slice-history.js';
import { PlaceMatrix } from '../results/place-matrix.js';
import { SliceCards } from '../results/slice-cards.js';
import { wantsMatrix } from '../results/matrix.js';
import { FlappingBadge, flappingSince } from '../ui/flapping-badge.js';
import { Skeleton } from '../ui/skeleton.js';
import { StateBadge } from '../ui/state-badge.js';

/** A check on a system: what each place says, side by side, and how it went. */
@Component({
  selector: 'cs-attached-check',
  imports: [AssignmentMenu, FlappingBadge, PlaceMatrix, RouterLink, Skeleton, SliceCards, SliceHistory, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <article class="cs-card" [attr.aria-label]="assignment().check.name">
      <div class="top">
        <h3 class="cs-clip">
          <a class="cs-name" [routerLink]="['/checks', assignment().check.id]">{{ assignment().check.name }}</a>
        </h3>
        @if (assignment().enabled) {
          <cs-state look="pill" [state]="assignment().state.state" />
          <cs-flapping [since]="flappingSince(slices())" />
        } @else {
          <span class="cs-tag">Switched off</span>
        }
        <cs-assignment-menu [assignment]="assignment()" (changed)="changed.emit()" />
      </div>
      @if (isMatrix()) {
        <cs-place-matrix [slices]="slices()" />
      } @else {
        <cs-slice-cards [slices]="slices()" [history]="history()" />
      }
      @if (history(); as history) {
        @if (hasMeasured()) {
          <cs-slice-history
            [subject]="subject()"
            [slices]="slices()"
            [range]="range()"
            [history]="history"
            (rangeChosen)="rangeChosen.emit($event)"
          />
        } @else if (slices().length > 0) {
          <p class="cs-faint cs-small">Nothing was measured in this time.</p>
        }
      } @else {
        <cs-skeleton shape="chart" />
      }
    </article>
  `,
  styles: `
    article {
      display: grid;
      gap: 14px;
      padding: 14px 16px 16px;
      margin-bottom: 12px;
    }

    .top {
      display: flex;
      align-items: center;
      gap: 12px;
      min-height: 32px;
    }

    cs-assignment-menu {
      margin-inline-start: auto;
    }

    cs-slice-cards {
      --cs-surface: var(--cs-sunken);
    }
  `,
})
export class AttachedCheck {
  readonly assignment = input.required<Assignment>();
  readonly slices = input.required<readonly Slice[]>();
  readonly history = input<History>();
  /** As in the address. */
  readonly range = input<string>();
  readonly changed = output();
  readonly rangeChosen = output<string>();

  protected readonly isMatrix = computed(() => wantsMatrix(this.slices()));
  protected readonly subject = computed(() => ({ systemId: this.assignment().system.id }));
  protected readonly flappingSince = flappingSince;
  protected readonly hasMeasured = computed(() =>
    this.history()?.series.some(({ buckets }) =>
      buckets.some(({ healthy, degraded, unhealthy, unknown }) => healthy + degraded + unhealthy + unknown > 0),
    ),
  );
}
