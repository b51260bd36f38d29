import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8 looks through the whole heap late: for the first time when it has grown by more than a hundred megabytes, then when it
 * is several times what lived the time before. With thousands of runs nearly all of that is garbage, and what a collection
 * leaves is scattered over as many pages. Called once the program has begun.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=70');
  setFlagsFromString('--compact-on-every-full-gc');
  // The next collection is reckoned from one that was made.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}
