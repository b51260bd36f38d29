import { vi } from 'vitest';

/** A screen without width: charts tell what they would draw, and draw nothing. */
export function stubDrawing(): void {
  const nothing = () => undefined;
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: nothing, removeEventListener: nothing }));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = nothing;
      disconnect = nothing;
    },
  );
}
