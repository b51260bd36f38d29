import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Logo } from './logo.js';

/** The page around what is done before one is in: one card in the middle. */
@Component({
  selector: 'cs-entrance',
  imports: [Logo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <main>
      <cs-logo />
      <div class="cs-card">
        <h1>{{ heading() }}</h1>
        <p class="cs-soft">{{ text() }}</p>
        <ng-content />
      </div>
    </main>
  `,
  styles: `
    main {
      display: grid;
      justify-items: center;
      align-content: center;
      gap: 24px;
      min-height: 100dvh;
      padding: 24px 16px 10vh;
    }

    .cs-card {
      width: 100%;
      max-width: 400px;
      padding: 28px;
    }

    p {
      margin: 4px 0 22px;
      text-wrap: pretty;
    }

    @media (width < 420px) {
      .cs-card {
        padding: 20px 16px;
      }
    }
  `,
})
export class Entrance {
  readonly heading = input.required<string>();
  readonly text = input.required<string>();
}
