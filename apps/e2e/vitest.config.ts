import { testConfig } from '../../tools/vitest.js';

// One story after the other: each starts a product of its own, and a person's waits are measured in seconds.
export default testConfig({ fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 });
