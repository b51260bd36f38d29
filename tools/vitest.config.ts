import { testConfig } from './vitest.js';

export default testConfig({ include: ['*.spec.ts', '*/*.spec.ts'] });
