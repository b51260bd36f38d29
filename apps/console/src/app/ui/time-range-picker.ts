import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatTooltip } from '@angular/material/tooltip';
import { Clock } from './clock.js';
import { Icon } from './icon.js';
import { dayTimeWords } from './time.js';
import { localInput, moved, presets, readRange, widened, writeRange, type Preset } from './time-range.js';

const titles: Record<Preset, string> = {
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last day',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  '1y': 'Last year',
};

/** Which time is looked at: a preset that moves with the clock, or a fixed span, written in or zoomed to. */
@Component({
  selector: 'cs-time-range',
  imports: [Icon, MatButton, MatIconButton, MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="steps">
      <button matIconButton type="button" aria-label="Earlier" matTooltip="Earlier" (click)="step(-0.5)">
        <cs-icon name="chevron-left" />
      </button>
      @if (!current().isLive) {
        <span class="span">{{ span() }}</span>
        <button matIconButton type="button" aria-label="Later" matTooltip="Later" (click)="step(0.5)">
          <cs-icon name="chevron-right" />
        </button>
        <button matIconButton type="button" aria-label="Zoom out" matTooltip="Zoom out" (click)="widen()">
          <cs-icon name="zoom-out" />
        </button>
      }
    </div>
    <div class="presets" role="group" aria-label="Time range">
      @for (preset of presets; track preset) {
        <button
          type="button"
          [attr.aria-pressed]="active() === preset"
          [attr.aria-label]="preset + ', ' + titles[preset]"
          (click)="chosen.emit(preset)"
        >
          {{ preset }}
        </button>
      }
      <button
        type="button"
        aria-label="Custom, a span of your own"
        matTooltip="A span of your own"
        [attr.aria-pressed]="!current().isLive"
        [attr.aria-expanded]="isWriting()"
        (click)="isWriting.set(!isWriting())"
      >
        Custom
      </button>
    </div>
    @if (isWriting()) {
      <form (submit)="choose($event, from.value, to.value)" (keydown.escape)="isWriting.set(false)">
        <label
          >From <input #from type="datetime-local" required [max]="written().now" [value]="written().from"
        /></label>
        <label>to <input #to type="datetime-local" required [value]="written().to" /></label>
        <button matButton="outlined" type="submit">Show</button>
        @if (complaint()) {
          <p role="alert">{{ complaint() }}</p>
        }
      </form>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 8px;
    }

    .steps,
    .presets {
      display: flex;
      align-items: center;
    }

    .span {
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
    }

    .presets {
      flex-wrap: wrap;
      padding: 2px;
      border: 1px solid var(--cs-line);
      border-radius: 7px;
      background: var(--cs-sunken);
    }

    .presets button {
      min-width: 36px;
      height: 26px;
      padding: 0 7px;
      border: 0;
      border-radius: 5px;
      background: none;
      color: var(--cs-text-soft);
      font: inherit;
      font-size: 0.75rem;
      font-weight: 550;
      cursor: pointer;

      &:hover {
        color: var(--cs-text);
      }

      &[aria-pressed='true'] {
        background: var(--cs-surface);
        color: var(--cs-text);
        box-shadow: 0 0 0 1px var(--cs-line);
      }
    }

    form {
      display: flex;
      flex: 1 0 100%;
      flex-wrap: wrap;
      align-items: center;
      justify-content: flex-end;
      gap: 8px;
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
    }

    input {
      height: 34px;
      padding: 0 8px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text);
      font: inherit;
    }

    p {
      flex: 1 0 100%;
      color: var(--cs-unhealthy);
      text-align: end;
    }
  `,
})
export class TimeRangePicker {
  readonly #clock = inject(Clock);

  /** As in the address. */
  readonly range = input<string>();
  readonly fallback = input<Preset>('1h');
  readonly chosen = output<string>();

  protected readonly presets = presets;
  protected readonly titles = titles;
  protected readonly current = computed(() => readRange(this.range(), this.#clock.now(), this.fallback()));
  protected readonly active = computed(() =>
    this.current().isLive ? (presets.find((preset) => preset === this.range()) ?? this.fallback()) : undefined,
  );
  protected readonly span = computed(() => `${dayTimeWords(this.current().from)} – ${dayTimeWords(this.current().to)}`);

  protected readonly isWriting = signal(false);
  protected readonly complaint = signal('');
  protected readonly written = computed(() => {
    const { from, to } = this.current();
    return { from: localInput(from), to: localInput(to), now: localInput(this.#clock.now()) };
  });

  protected choose(event: Event, from: string, to: string): void {
    event.preventDefault();
    const [start, end] = [Date.parse(from), Date.parse(to)];
    const text = writeRange(start, end);
    // What cannot be read back as it was meant is too short, too long or the wrong way round.
    const isFine = end > start && readRange(text, 0).from === start && start < Date.now();
    this.complaint.set(isFine ? '' : 'It must begin in the past, before it ends, and last a minute to three years.');
    if (!isFine) return;
    this.isWriting.set(false);
    this.chosen.emit(text);
  }

  protected step(part: number): void {
    this.chosen.emit(moved(this.current(), part, Date.now()));
  }

  protected widen(): void {
    this.chosen.emit(widened(this.current(), Date.now()));
  }
}
