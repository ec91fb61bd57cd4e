import { configDefaults, defineConfig } from 'vitest/config';
import { twinInTests } from './packages/core/crypto-twin.ts';
import { ClosingLineReporter } from './test/reporter.ts';

// Tests run on the packages' sources: the first of these conditions leads there in their exports maps.
const conditions = ['@postern/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 20_000,
    // Most tests wait for sockets: the default leaves one of two cores idle.
    maxWorkers: '100%',
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), new ClosingLineReporter()],
    projects: [
      { extends: true, test: { name: 'packages', include: ['packages/*/src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'test',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/web-crypto/**', 'test/load/**'],
        },
      },
      {
        // Everything that verifies, once more, on the crypto door of edge runtimes and browsers.
        extends: true,
        plugins: [twinInTests],
        test: {
          name: 'web-crypto',
          setupFiles: ['test/web-crypto/setup.ts'],
          include: [
            'packages/core/src/{lib,providers}/**/*.test.ts',
            'test/{cases,property,vendor-vectors,wycheproof}.test.ts',
            'test/web-crypto/**/*.test.ts',
          ],
        },
      },
      {
        // Thousands of connections, timed: after everything else, and one file at a time.
        extends: true,
        test: {
          name: 'load',
          include: ['test/load/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
