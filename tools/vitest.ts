import swc from 'unplugin-swc';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The one test configuration: sources of the other packages are read directly, no build needed. */
export function testConfig(test: ViteUserConfig['test'] = {}): ViteUserConfig {
  const conditions = ['checkstack-source', 'module', 'node', 'import', 'default'];
  return defineConfig({
    // Nest's constructor injection needs decorator metadata, which esbuild does not emit.
    plugins: [swc.vite({ configFile: new URL('../.swcrc', import.meta.url).pathname, exclude: [] })],
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: { include: ['src/**/*.spec.ts'], environment: 'node', testTimeout: 20_000, hookTimeout: 60_000, ...test },
  });
}
