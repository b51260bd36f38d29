import { inject, Injectable } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { TitleStrategy, type RouterStateSnapshot } from '@angular/router';

@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  readonly #title = inject(Title);

  override updateTitle(state: RouterStateSnapshot): void {
    this.name(this.buildTitle(state));
  }

  /** Screens of one thing put its name into the title. */
  name(screen: string | undefined): void {
    this.#title.setTitle(screen ? `${screen} · Checkstack` : 'Checkstack');
  }
}
