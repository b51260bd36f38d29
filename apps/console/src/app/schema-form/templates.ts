import { Injectable, signal } from '@angular/core';

export interface TemplateName {
  /** Without its braces: `environment.region`. */
  name: string;
  meaning: string;
}

/** What may stand in `{{ … }}` in the fields of the form around. */
@Injectable()
export class Templates {
  readonly names = signal<readonly TemplateName[]>([]);
}
