import { defineConfig } from 'vitest/config';

// The builder brings the rest. A busy machine draws the largest forms slowly.
export default defineConfig({ test: { testTimeout: 20_000 } });
