import { inject, Injectable } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Toasts } from '../ui/toasts.js';
import { openIncidentDialog } from './open-incident-dialog.js';

/** One click from a failing system to an incident that is filled in; a person opens it. */
@Injectable({ providedIn: 'root' })
export class IncidentDrafts {
  readonly #api = inject(Api);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #toasts = inject(Toasts);

  /** `systemId`: what is known of it is filled in. Leads to the incident when one was opened. */
  async begin(systemId?: string, extras?: { replaceUrl: boolean }): Promise<boolean> {
    try {
      const draft = systemId ? await this.#api.call(routes.incidents.draft, { query: { systemId } }) : null;
      const incident = await openIncidentDialog(this.#dialog, { draft });
      if (!incident) return false;
      await this.#router.navigate(['/incidents', incident.id], extras);
      return true;
    } catch (error) {
      this.#toasts.failed(error);
      return false;
    }
  }
}
