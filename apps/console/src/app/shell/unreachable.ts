import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { Router } from '@angular/router';
import { ErrorState } from '../ui/error-state.js';

/** Shown when the hub cannot even say who is signed in. */
@Component({
  selector: 'cs-unreachable',
  imports: [ErrorState],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <main>
      <cs-error-state isPage [problem]="problem" (retry)="retry()" />
    </main>
  `,
})
export class Unreachable {
  readonly #router = inject(Router);

  readonly returnTo = input<string>();

  protected readonly problem = {
    status: 0,
    title: 'The hub does not answer',
    detail: 'It may be starting, or the network in between is down.',
  };

  protected retry(): void {
    void this.#router.navigateByUrl(this.returnTo() ?? '/', { onSameUrlNavigation: 'reload' });
  }
}
