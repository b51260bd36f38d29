import { afterNextRender, type Injector } from '@angular/core';

const focusable = 'input, textarea, button, select, [tabindex]';

/** Puts the cursor into the control of a field, once it is drawn. */
export function focusField({ id }: { id: string }, injector: Injector): void {
  afterNextRender(
    () => {
      const element = document.getElementById(id);
      const control = element?.matches(focusable) ? element : element?.querySelector<HTMLElement>(focusable);
      control?.scrollIntoView({ block: 'center' });
      control?.focus({ preventScroll: true });
    },
    { injector },
  );
}
