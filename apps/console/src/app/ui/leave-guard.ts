import { inject } from '@angular/core';
import type { CanDeactivateFn } from '@angular/router';
import { Confirm } from './confirm.js';

/** A screen with something that could be lost. */
export interface Editing {
  hasChanges(): boolean;
  /** In place of the words about unsaved changes. */
  readonly leaveQuestion?: { title: string; text: string };
}

const unsaved = { title: 'Leave without saving?', text: 'What you changed here has not been saved.' };

/** Asks before something is lost by leaving. */
export const keepsChanges: CanDeactivateFn<Editing> = (screen) =>
  !screen.hasChanges() ||
  inject(Confirm).ask({ ...(screen.leaveQuestion ?? unsaved), action: 'Leave', act: async () => undefined });
