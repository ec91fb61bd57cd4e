import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/reporter.ts';

// Tests run on the packages' sources: the first of these conditions leads there in their exports maps.
const conditions = ['@postern/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 20_000,
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), new ClosingLineReporter()],
    projects: [
      { extends: true, test: { name: 'packages', include: ['packages/*/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'test', include: ['test/**/*.test.ts'] } },
    ],
  },
});
