import { ChangeDetectionStrategy, Component, inject, Injector, input } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatButtonToggleModule } from '@angular/material/button-toggle';
import { focusField } from '../schema-form/focus.js';
import { Icon } from '../ui/icon.js';
import type { AssertionDraft } from './assertion-draft.js';
import type { CollectorDraft } from './collector-draft.js';
import { ComparisonRow } from './comparison-row.js';

/** What must hold of a collector's facts. */
@Component({
  selector: 'cs-assertion-list',
  imports: [ComparisonRow, Icon, MatButton, MatButtonToggleModule, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (assertion of collector().assertions(); track assertion) {
      <div class="assertion" role="group" [attr.aria-label]="'Assertion ' + ($index + 1)">
        <div class="conditions">
          @for (comparison of assertion.comparisons(); track comparison) {
            @if ($index > 0) {
              <mat-button-toggle-group
                class="joint"
                aria-label="How the conditions are joined"
                hideSingleSelectionIndicator
                [value]="assertion.gathering()"
                (change)="assertion.gathering.set($event.value)"
              >
                <mat-button-toggle value="all">and</mat-button-toggle>
                <mat-button-toggle value="any">or</mat-button-toggle>
              </mat-button-toggle-group>
            }
            <cs-comparison-row
              [draft]="comparison"
              [removable]="assertion.comparisons().length > 1"
              (removed)="assertion.remove($index)"
            />
          }
        </div>
        <div class="foot">
          <button matButton type="button" (click)="addCondition(assertion)"><cs-icon name="plus" />Condition</button>
          <div class="otherwise">
            <span class="cs-soft cs-small">Otherwise</span>
            <mat-button-toggle-group
              aria-label="What a run is when this does not hold"
              hideSingleSelectionIndicator
              [value]="assertion.severity()"
              (change)="assertion.severity.set($event.value)"
            >
              <mat-button-toggle value="degraded"><cs-icon name="degraded" [size]="13" /> degraded</mat-button-toggle>
              <mat-button-toggle value="unhealthy"
                ><cs-icon name="unhealthy" [size]="13" /> unhealthy</mat-button-toggle
              >
            </mat-button-toggle-group>
          </div>
          <button
            matIconButton
            type="button"
            [attr.aria-label]="'Remove assertion ' + ($index + 1)"
            (click)="collector().remove(assertion)"
          >
            <cs-icon name="trash" />
          </button>
        </div>
        @if (assertion.sentence(); as sentence) {
          <p class="sentence">{{ sentence }}, otherwise the run is {{ assertion.severity() }}.</p>
        }
      </div>
    } @empty {
      <p class="cs-soft cs-small">
        Nothing is asserted: a run is healthy whenever the probe reaches its target. Test it, then click a fact to
        assert on it.
      </p>
    }
    <button matButton="outlined" type="button" (click)="add()"><cs-icon name="plus" />Assertion</button>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: start;
      gap: 12px;
    }

    .assertion {
      display: grid;
      gap: 10px;
      width: 100%;
      padding: 12px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius);
    }

    .conditions {
      display: grid;
      gap: 10px;
    }

    .joint {
      justify-self: start;
    }

    .foot {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
    }

    .otherwise {
      display: flex;
      align-items: center;
      gap: 8px;
      margin-inline-start: auto;
    }

    @media (width < 720px) {
      .foot {
        justify-content: space-between;
      }

      .otherwise {
        flex-basis: 100%;
        order: 1;
        justify-content: flex-end;
      }
    }

    mat-button-toggle-group {
      --mat-button-toggle-height: 28px;
      --mat-button-toggle-label-text-size: 0.75rem;
    }

    .sentence {
      padding-top: 8px;
      border-top: 1px solid var(--cs-line);
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
      overflow-wrap: anywhere;
    }
  `,
})
export class AssertionList {
  readonly #injector = inject(Injector);

  readonly collector = input.required<CollectorDraft>();

  protected add(): void {
    focusField(this.collector().add().comparisons()[0]!, this.#injector);
  }

  protected addCondition(assertion: AssertionDraft): void {
    focusField(assertion.add(), this.#injector);
  }
}
