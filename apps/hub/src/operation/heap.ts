import { setFlagsFromString } from 'node:v8';

/** How V8 keeps the hub's heap, through which very many results pass, each for a moment. To be called at start. */
export function keepHeapSmall(): void {
  // What outlived two young collections in a rush would be taken for lasting ever after, and wait for full collections.
  setFlagsFromString('--no-allocation-site-pretenuring');
}
