import { afterNextRender, type Injector } from '@angular/core';
import type { AnyField } from './field.js';

const focusable = 'input, textarea, button, select, [tabindex]';

/** Puts the cursor into a field's control, once it is drawn. */
export function focusField(field: AnyField, injector: Injector): void {
  afterNextRender(
    () => {
      const element = document.getElementById(field.id);
      const control = element?.matches(focusable) ? element : element?.querySelector<HTMLElement>(focusable);
      control?.scrollIntoView({ block: 'center' });
      control?.focus({ preventScroll: true });
    },
    { injector },
  );
}
