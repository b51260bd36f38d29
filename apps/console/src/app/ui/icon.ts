// The console's icons: strokes on a 16 × 16 grid, drawn for it, inline, coloured by the text around them.
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** Path data by name. Several subpaths are one string. */
const icons = {
  healthy: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5M5.25 8.25l1.9 1.9l3.6-3.9',
  degraded: 'M8 2L14.5 13.5h-13zM8 6.5v3.25M8 11.6v.15',
  unhealthy: 'M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4l-3.65-3.65V5.4zM6 6l4 4M10 6l-4 4',
  unknown: 'M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.3v.15',
  dashboard: 'M2 2.5h5v6H2zM9 2.5h5v3.5H9zM9 8.5h5v5H9zM2 11h5v2.5H2z',
  systems: 'M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.1M4.5 11h.1',
  checks: 'M1.5 8.5h3l2-5l3 9l2-4h3',
  satellites:
    'M8 8.1h.1M5.4 10.6a3.6 3.6 0 0 1 0-5.2M10.6 5.4a3.6 3.6 0 0 1 0 5.2M3.2 12.8a6.8 6.8 0 0 1 0-9.6M12.8 3.2a6.8 6.8 0 0 1 0 9.6',
  groups: 'M2 4.5V3h4l1.5 1.5H14V13H2zM2 7h12',
  environments: 'M8 1.75L14.25 5L8 8.25L1.75 5zM1.75 8L8 11.25L14.25 8M1.75 11L8 14.25L14.25 11',
  users:
    'M6 7.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.7a2.5 2.5 0 0 1 0 4.7M12 9.8c1.5.5 2.5 1.8 2.5 3.7',
  user: 'M8 7.5a2.75 2.75 0 1 0 0-5.5a2.75 2.75 0 0 0 0 5.5M2.75 14c0-2.75 2.35-4.25 5.25-4.25s5.25 1.5 5.25 4.25',
  key: 'M10.25 9.5a3.75 3.75 0 1 0-3.6-2.7L2 11.5V14h2.5v-1.5H6V11l1-1M11.25 4.75h.1',
  bell: 'M8 1.75a4 4 0 0 1 4 4c0 3.5 1.5 4.75 1.5 5.75h-11c0-1 1.5-2.25 1.5-5.75a4 4 0 0 1 4-4M6.5 13.75a1.6 1.6 0 0 0 3 0',
  'bell-off':
    'M2 2l12 12M5.2 2.9A4 4 0 0 1 12 5.75c0 1.6.3 2.7.7 3.6M4.1 5c-.4 4-1.6 5.3-1.6 6.5h9M6.5 13.75a1.6 1.6 0 0 0 3 0',
  audit: 'M3.5 1.75h6l3 3v9.5h-9zM9.5 1.75v3h3M5.75 8h4.5M5.75 11h4.5',
  book: 'M2 3c2-.7 4.3-.5 6 .8c1.7-1.3 4-1.5 6-.8v9.7c-2-.7-4.3-.5-6 .8c-1.7-1.3-4-1.5-6-.8zM8 3.8v9.7',
  search: 'M7 12a5 5 0 1 0 0-10a5 5 0 0 0 0 10M10.75 10.75L14 14',
  plus: 'M8 3v10M3 8h10',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  tick: 'M3 8.5l3.25 3.25L13 5',
  'chevron-down': 'M4 6l4 4l4-4',
  'chevron-right': 'M6 4l4 4l-4 4',
  'chevron-left': 'M10 4L6 8l4 4',
  'arrow-up': 'M8 13V3M4 7l4-4l4 4',
  'arrow-down': 'M8 3v10M4 9l4 4l4-4',
  menu: 'M2 4h12M2 8h12M2 12h12',
  more: 'M3 8h.1M8 8h.1M13 8h.1',
  edit: 'M10.5 3L13 5.5L5.5 13H3v-2.5zM9 4.5L11.5 7',
  trash: 'M2.5 4h11M6 4V2.25h4V4M4 4l.6 9.75h6.8L12 4M6.75 7v4M9.25 7v4',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  play: 'M4.5 2.75v10.5L13 8z',
  pause: 'M5 3v10M11 3v10',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.75V5h-3.25',
  link: 'M6.5 9.5l3-3M7 4.5l1.7-1.7a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5l-1.7 1.7a3.2 3.2 0 0 1-4.5-4.5L4.5 7',
  external: 'M9 2.5h4.5V7M13.5 2.5L7.5 8.5M11.5 9.5v4h-9v-9h4',
  deliveries: 'M14 2L7 9M14 2l-4.5 12L7 9L2 6.5z',
  mail: 'M1.75 3.5h12.5v9H1.75zM2 4l6 5l6-5',
  'zoom-out': 'M7 12a5 5 0 1 0 0-10a5 5 0 0 0 0 10M10.75 10.75L14 14M5 7h4',
  clock: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5M8 4.75V8l2.25 1.5',
  filter: 'M2 3.5h12M4.25 8h7.5M6.5 12.5h3',
  sun: 'M8 5a3 3 0 1 0 0 6a3 3 0 0 0 0-6M8 1v1.25M8 13.75V15M1 8h1.25M13.75 8H15M3 3l.9.9M12.1 12.1l.9.9M3 13l.9-.9M12.1 3.9l.9-.9',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  monitor: 'M1.75 2.5h12.5v8.5H1.75zM5.5 14h5M8 11v3',
  offline:
    'M2 2l12 12M8 12.5h.1M5.5 10a3.5 3.5 0 0 1 3.8-.75M3.2 7.5a6.8 6.8 0 0 1 2.5-1.6M8.4 5.25c1.7 0 3.2.8 4.4 2.25',
  'sign-out': 'M6.5 14H2.5V2h4M10 11l3-3l-3-3M13 8H6',
  command:
    'M5.5 5.5h5v5h-5zM5.5 5.5H4a1.75 1.75 0 1 1 1.5-1.75zM10.5 5.5V4a1.75 1.75 0 1 1 1.5 1.5zM10.5 10.5H12a1.75 1.75 0 1 1-1.5 1.5zM5.5 10.5V12A1.75 1.75 0 1 1 4 10.5z',
  info: 'M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5M8 7.5V11M8 5v.1',
  location: 'M8 14.25s5-4.5 5-8a5 5 0 0 0-10 0c0 3.5 5 8 5 8M8 4.5a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 0 0 0-3.5',
  settings: 'M2 4.5h6M12 4.5h2M10 2.5v4M2 11.5h2M8 11.5h6M6 9.5v4',
  eye: 'M1.25 8S3.75 3.5 8 3.5S14.75 8 14.75 8S12.25 12.5 8 12.5S1.25 8 1.25 8M8 6a2 2 0 1 0 0 4a2 2 0 0 0 0-4',
  'eye-off':
    'M2 2l12 12M6.2 3.7A6.7 6.7 0 0 1 8 3.5c4.25 0 6.75 4.5 6.75 4.5a11 11 0 0 1-1.9 2.4M10 11.9a6 6 0 0 1-2 .6C3.75 12.5 1.25 8 1.25 8a11 11 0 0 1 2.6-3',
  download: 'M8 2v8M4.5 7L8 10.5L11.5 7M2.5 13.5h11',
  maintenance:
    'M13.6 4.4a3.6 3.6 0 0 1-4.9 4.5L4.4 13.2a1.6 1.6 0 0 1-2.3-2.3L6.4 6.6a3.6 3.6 0 0 1 4.5-4.9L8.8 3.8l.4 2.3l2.3.4z',
  announcement: 'M2 6.25h2.75L11.5 3v9.5L4.75 9.5H2zM5 9.5l.9 4h2L7 10.4M13.5 6.2a2.4 2.4 0 0 1 0 3.1',
  repeat:
    'M3 7.5V7a2.5 2.5 0 0 1 2.5-2.5h7M10.25 2.25L12.5 4.5l-2.25 2.25M13 8.5V9a2.5 2.5 0 0 1-2.5 2.5h-7M5.75 9.25L3.5 11.5l2.25 2.25',
  lock: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  incidents: 'M8 1.5v1.75M3.3 3.3l1.2 1.2M12.7 3.3l-1.2 1.2M4.5 11.5V8.25a3.5 3.5 0 0 1 7 0v3.25M2.5 14h11v-2.5h-11z',
} as const;

export type IconName = keyof typeof icons;

@Component({
  selector: 'cs-icon',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `
    <svg viewBox="0 0 16 16" [attr.width]="size()" [attr.height]="size()" focusable="false">
      @if (name() === 'unknown') {
        <circle cx="8" cy="8" r="6.25" stroke-dasharray="2.4 1.53" />
      }
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      vertical-align: -0.15em;
    }

    svg {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.5;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();
  readonly size = input(16);

  protected readonly path = computed(() => icons[this.name()]);
}
