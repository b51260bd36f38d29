import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { ErrorState } from '../ui/error-state.js';
import { Notice } from '../ui/notice.js';
import { Skeleton, type SkeletonShape } from '../ui/skeleton.js';
import type { Loaded } from './loaded.js';

/** What stands in for something loaded: a skeleton at first, an error with a retry, or a notice above what is outdated. */
@Component({
  selector: 'cs-loading',
  imports: [ErrorState, Notice, Skeleton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let problem = of().problem();
    @if (of().value() === undefined) {
      @if (problem && !of().isLoading()) {
        <cs-error-state [isPage]="shape() === 'page'" [problem]="problem" (retry)="of().reload()" />
      } @else if (problem || of().isLoading()) {
        <cs-skeleton [shape]="shape()" />
      }
    } @else if (problem) {
      <cs-notice tone="degraded" action="Try again" (acted)="of().reload()">
        This may be out of date. {{ problem.title }}: {{ problem.detail }}
      </cs-notice>
    }
  `,
})
export class LoadingView {
  readonly of = input.required<Loaded<unknown>>();
  readonly shape = input<SkeletonShape>('list');
}
