import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { Session } from '../session/session.js';
import { Icon } from '../ui/icon.js';

/** A new install: what Checkstack is made of, and the three steps to the first result. */
@Component({
  selector: 'cs-first-steps',
  imports: [Icon, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="cs-card">
      <h2>Three steps to the first result</h2>
      <p class="cs-soft">It takes two minutes. Nothing has to be installed on what you watch.</p>
      <ol>
        @for (step of steps(); track step.title; let index = $index) {
          <li [class.done]="step.isDone">
            <span class="number">
              @if (step.isDone) {
                <cs-icon name="tick" />
                <span class="cs-visually-hidden">Done:</span>
              } @else {
                {{ index + 1 }}
              }
            </span>
            <div>
              <h3>{{ step.title }}</h3>
              <p class="cs-soft">{{ step.text }}</p>
              @if (step.may) {
                <a
                  [matButton]="index === next() ? 'filled' : 'outlined'"
                  [routerLink]="step.link"
                  [queryParams]="step.query"
                >
                  {{ step.action }}
                </a>
              }
            </div>
          </li>
        }
      </ol>
    </div>
  `,
  styles: `
    .cs-card {
      padding: 24px;
    }

    ol {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
      gap: 24px;
      margin-top: 22px;
    }

    li {
      display: flex;
      gap: 14px;
    }

    .number {
      display: grid;
      flex: none;
      place-items: center;
      width: 28px;
      height: 28px;
      border-radius: 50%;
      background: var(--cs-accent-soft);
      color: var(--cs-accent);
      font-weight: 600;
    }

    .done .number {
      background: var(--cs-healthy-soft);
      color: var(--cs-healthy);
    }

    h3 {
      line-height: 28px;
    }

    p {
      text-wrap: pretty;
    }

    li a {
      margin-top: 12px;
    }
  `,
})
export class FirstSteps {
  readonly #session = inject(Session);

  readonly hasSystem = input.required<boolean>();
  readonly hasCheck = input.required<boolean>();
  readonly satellitesOnline = input.required<number>();

  protected readonly steps = computed(() => [
    {
      title: 'Add a system',
      text: 'A system is what people depend on: a shop, a mail server, a database. It is healthy when all its checks are.',
      action: 'Add a system',
      link: '/systems',
      query: { new: true },
      isDone: this.hasSystem(),
      may: this.#session.may('catalog.system.manage'),
    },
    {
      title: 'Attach a check',
      text: 'A check asks the system how it is, once a minute for example. Start with an HTTP check, and try it with “Test now”.',
      action: 'Make a check',
      link: '/checks/new',
      query: {},
      isDone: this.hasCheck(),
      may: this.#session.may('checks.check.manage'),
    },
    {
      title: 'Look from more places',
      text:
        this.satellitesOnline() > 0
          ? 'A satellite runs checks where it stands. One is at work already; enrol more where your users or networks are.'
          : 'A satellite runs checks where it stands. None is online yet; enrol one.',
      action: 'Enrol a satellite',
      link: '/satellites/new',
      query: {},
      isDone: this.satellitesOnline() > 1,
      may: this.#session.may('satellites.satellite.manage'),
    },
  ]);
  protected readonly next = computed(() => this.steps().findIndex((step) => !step.isDone));
}
