import { readFileSync } from 'node:fs';
import type { Options as SwcOptions } from '@swc/core';
import swc from 'unplugin-swc';
import { defaultServerConditions } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const buildSettings = JSON.parse(readFileSync(new URL('../.swcrc', import.meta.url), 'utf8')) as Required<SwcOptions>;

/** The one test configuration: sources of the other packages are read directly, no build needed. */
export function testConfig(test: ViteUserConfig['test'] = {}): ViteUserConfig {
  const conditions = ['checkstack-source', ...defaultServerConditions];
  return defineConfig({
    // Nest's constructor injection needs decorator metadata, which esbuild does not emit. These are the build's
    // settings without its `exclude`, which leaves out the specs.
    plugins: [swc.vite({ swcrc: false, jsc: buildSettings.jsc })],
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: ['src/**/*.spec.ts'],
      environment: 'node',
      testTimeout: 20_000,
      hookTimeout: 60_000,
      // tools/run.mjs adds up the JSON of all packages.
      reporters: ['default', ['json', { outputFile: 'test-results.json' }]],
      ...test,
    },
  });
}
