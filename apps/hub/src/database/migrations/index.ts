import { Foundation0000000000001 } from './1-foundation.js';

/** In the order in which they run. */
export const migrations = [Foundation0000000000001];
