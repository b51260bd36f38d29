import { testConfig } from '../../tools/vitest.js';

export default testConfig({ globalSetup: ['src/database/testing/global-setup.ts'] });
