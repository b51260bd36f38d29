import { inject } from '@angular/core';
import type { CanDeactivateFn } from '@angular/router';
import { Confirm } from '../ui/confirm.js';

/** A screen with something that could be lost. */
export interface Editing {
  hasChanges(): boolean;
}

/** Asks before unsaved changes are left behind. */
export const keepsChanges: CanDeactivateFn<Editing> = (screen) =>
  !screen.hasChanges() ||
  inject(Confirm).ask({
    title: 'Leave without saving?',
    text: 'What you changed here has not been saved.',
    action: 'Leave',
    act: async () => undefined,
  });
