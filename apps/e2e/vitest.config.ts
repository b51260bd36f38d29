import { testConfig } from '../../tools/vitest.js';

export default testConfig();
