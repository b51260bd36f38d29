import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  linkedSignal,
  resource,
  signal,
} from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Session } from '../session/session.js';
import { Icon } from '../ui/icon.js';
import { StateBadge } from '../ui/state-badge.js';
import { Theme } from '../ui/theme.js';
import { navigation } from './navigation.js';
import { matching, type PaletteEntry } from './palette-entries.js';

/** Typing must pause for this long before the hub is asked. */
const pauseMs = 120;
const found = 6;

/** Ctrl/Cmd-K: goes anywhere and does anything by typing. A combobox after the ARIA pattern. */
@Component({
  selector: 'cs-palette',
  imports: [Icon, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './palette.html',
  styleUrl: './palette.scss',
})
export class Palette {
  readonly #api = inject(Api);
  readonly #opened = inject<MatDialogRef<Palette>>(MatDialogRef);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  readonly #theme = inject(Theme);

  protected readonly typed = signal('');
  protected readonly active = linkedSignal({ source: this.typed, computation: () => 0 });

  readonly #screens: readonly PaletteEntry[] = navigation
    .flatMap(({ items }) => items)
    .filter(({ rule }) => !rule || this.#session.may(rule))
    .map(({ title, link, icon }) => ({ title, link, icon, kind: 'Go to' }));

  readonly #actions: readonly PaletteEntry[] = [
    ...(this.#session.may('catalog.system.manage')
      ? [{ title: 'New system', kind: 'Action', icon: 'plus', link: '/systems?new=true' } as const]
      : []),
    ...(this.#session.may('checks.check.manage')
      ? [{ title: 'New check', kind: 'Action', icon: 'plus', link: '/checks/new' } as const]
      : []),
    ...(this.#session.may('incidents.incident.manage')
      ? [{ title: 'Open an incident', kind: 'Action', icon: 'plus', link: '/incidents?new=true' } as const]
      : []),
    ...(this.#session.may('satellites.satellite.manage')
      ? [{ title: 'Enrol a satellite', kind: 'Action', icon: 'plus', link: '/satellites/new' } as const]
      : []),
    this.#theme.isDark()
      ? { title: 'Light theme', kind: 'Action', icon: 'sun', act: () => this.#theme.choose('light') }
      : { title: 'Dark theme', kind: 'Action', icon: 'moon', act: () => this.#theme.choose('dark') },
    { title: 'Your account', kind: 'Go to', icon: 'user', link: '/account' },
    { title: 'Sign out', kind: 'Action', icon: 'sign-out', act: () => void this.#session.signOut() },
  ];

  readonly #things = resource({
    params: () => this.typed().trim() || undefined,
    loader: async ({ params: search, abortSignal: signal }) => {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      signal.throwIfAborted();
      const query = { search, limit: found };
      const [systems, checks, satellites] = await Promise.all([
        this.#session.may('catalog.system.read') ? this.#api.call(routes.systems.list, { query, signal }) : undefined,
        this.#session.may('checks.check.read') ? this.#api.call(routes.checks.list, { query, signal }) : undefined,
        this.#session.may('satellites.satellite.read')
          ? this.#api.all(routes.satellites.list, { query: {}, signal })
          : [],
      ]);
      return [
        ...(systems?.items ?? []).map((system): Found => ({
          title: system.name,
          kind: 'System',
          icon: 'systems',
          link: `/systems/${system.id}`,
          state: system.state.state,
        })),
        ...(checks?.items ?? []).map((check): Found => ({
          title: check.name,
          kind: 'Check',
          icon: 'checks',
          link: `/checks/${check.id}`,
          state: check.state.state,
        })),
        ...matching(
          satellites.map(({ id, name }) => ({
            title: name,
            kind: 'Satellite',
            icon: 'satellites',
            link: `/satellites/${id}`,
          })),
          search,
        ).slice(0, found),
      ];
    },
  });
  readonly #found = linkedSignal<readonly Found[] | undefined, readonly Found[]>({
    source: () => (this.typed().trim() === '' ? [] : this.#things.hasValue() ? this.#things.value() : undefined),
    computation: (things, before) => things ?? before?.value ?? [],
  });

  protected readonly isSearching = this.#things.isLoading;
  protected readonly hasFailed = computed(() => this.#things.status() === 'error');
  protected readonly entries = computed<readonly Found[]>(() => [
    ...this.#found(),
    ...matching([...this.#screens, ...this.#actions], this.typed()),
  ]);

  constructor() {
    effect(() => document.getElementById(`palette-${this.active()}`)?.scrollIntoView({ block: 'nearest' }));
  }

  protected pressed(event: KeyboardEvent): void {
    const count = this.entries().length;
    if (event.key === 'ArrowDown') this.active.update((index) => (index + 1) % Math.max(1, count));
    else if (event.key === 'ArrowUp') this.active.update((index) => (index - 1 + count) % Math.max(1, count));
    else if (event.key === 'Enter') this.choose(this.entries()[this.active()]);
    else return;
    event.preventDefault();
  }

  protected choose(entry: PaletteEntry | undefined): void {
    if (!entry) return;
    this.#opened.close();
    if (entry.link) void this.#router.navigateByUrl(entry.link);
    else entry.act?.();
  }
}

interface Found extends PaletteEntry {
  state?: 'healthy' | 'degraded' | 'unhealthy' | 'unknown';
}
