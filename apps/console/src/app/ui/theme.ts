import { computed, DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';

export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'checkstack.theme';

/** Follows the system until somebody chooses; the choice is kept in this browser. */
@Injectable({ providedIn: 'root' })
export class Theme {
  readonly #root = inject(DOCUMENT).documentElement;
  readonly #choice = signal<ThemeChoice>((this.#root.dataset['theme'] as ThemeChoice | undefined) ?? 'system');
  readonly #systemIsDark = signal(false);

  readonly choice = this.#choice.asReadonly();
  /** For what is painted outside CSS. */
  readonly isDark = computed(() => (this.#choice() === 'system' ? this.#systemIsDark() : this.#choice() === 'dark'));

  constructor() {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => this.#systemIsDark.set(system.matches);
    follow();
    system.addEventListener('change', follow);
    inject(DestroyRef).onDestroy(() => system.removeEventListener('change', follow));
  }

  choose(choice: ThemeChoice): void {
    this.#choice.set(choice);
    if (choice === 'system') delete this.#root.dataset['theme'];
    else this.#root.dataset['theme'] = choice;
    try {
      if (choice === 'system') localStorage.removeItem(key);
      else localStorage.setItem(key, choice);
    } catch {
      // Storage may be switched off: the choice then lasts until the page is left.
    }
  }
}
