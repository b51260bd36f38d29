import { computed, effect, inject, Injectable, signal } from '@angular/core';
import { Router } from '@angular/router';
import { allows, routes, type AccessRule, type Session as SessionAnswer } from '@checkstack/api';
import { Api } from '../api/api.js';
import { ApiProblem } from '../api/api-problem.js';
import { Live } from '../live/live.js';

/** Who is signed in, and what they may do. */
@Injectable({ providedIn: 'root' })
export class Session {
  readonly #api = inject(Api);
  readonly #live = inject(Live);
  readonly #router = inject(Router);
  readonly #session = signal<SessionAnswer | undefined>(undefined);
  #reading: Promise<void> | undefined;

  readonly user = computed(() => this.#session()?.user);
  readonly role = computed(() => this.#session()?.role);

  constructor() {
    this.#api.signedOut.subscribe(() => this.#lost());
    effect(() => {
      if (this.#session()) this.#live.start();
      else this.#live.stop();
    });
    // A socket that is refused does not say why; the session does.
    effect(() => {
      if (this.#live.failures() > 0) void this.#confirm();
    });
  }

  /** Resolves when it is known whether somebody is signed in. Rejects with an `ApiProblem` when the hub does not say. */
  ready(): Promise<void> {
    this.#reading ??= this.#read().catch((error: unknown) => {
      this.#reading = undefined;
      throw error;
    });
    return this.#reading;
  }

  /** Reads signals: usable in templates and computations. */
  may(rule: AccessRule): boolean {
    return allows(this.#session()?.rules ?? [], rule);
  }

  entered(session: SessionAnswer): void {
    this.#reading = Promise.resolve();
    this.#session.set(session);
  }

  async signOut(): Promise<void> {
    await this.#api.call(routes.session.signOut);
    this.#session.set(undefined);
    await this.#router.navigateByUrl('/sign-in');
  }

  async #read(): Promise<void> {
    try {
      this.#session.set(await this.#api.call(routes.session.read));
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 401)) throw error;
      this.#session.set(undefined);
    }
  }

  async #confirm(): Promise<void> {
    try {
      await this.#api.call(routes.session.read);
      // The hub is there; only its news does not come.
      if (this.#live.failures() > 1) this.#live.refresh();
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) this.#lost();
    }
  }

  #lost(): void {
    if (!this.#session()) return;
    this.#session.set(undefined);
    void this.#router.navigate(['/sign-in'], { queryParams: { returnTo: this.#router.url } });
  }
}
