import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { twinsInTests } from './packages/core/web-twins.ts';
import { ClosingLineReporter } from './test/reporter.ts';

// Tests run on the packages' sources: the first of these conditions leads there in their exports maps.
// Not `module`, which Node does not know: what it leads to is for bundlers, and @opentelemetry/api's cannot be loaded.
const conditions = ['@postern/source', 'node', 'development|production'];

/** What takes minutes: leases that really lapse, stores that really die, builds, uploads, replays by the thousand. They wait more than they work. */
const LONG = [
  'test/drill.test.ts',
  'test/scenarios.test.ts',
  'test/redis/{cluster,servers}.test.ts',
  'test/postgres/{races,table,transactions}.test.ts',
  'test/load/{crowd,uploads}.test.ts',
  'test/next/{build,start}.test.ts',
  'test/{edge-crypto,matrix,wire-corpus}.test.ts',
  'test/{express,fastify}/uploads.test.ts',
  'test/claims/replays.test.ts',
  'test/observability/{leaks,opentelemetry}.test.ts',
];

/** What is held to milliseconds or counts bytes, and has the machine for itself. */
const TIMED = [
  'test/{redis,postgres}/faults.test.ts',
  'test/redis/http.test.ts',
  'test/claims/several-processes.test.ts',
  'test/load/{memory-store,slow-senders}.test.ts',
];

/** These count the timers that are set: what another file has left behind would be among them. */
const CLOCKS = ['packages/core/src/lib/{drain,run}.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Whatever hangs is found by it. Nothing is timed by it: machines that do much else are slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for sockets and for processes: with one worker a core, cores are idle.
    maxWorkers: 2 * availableParallelism(),
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), new ClosingLineReporter()],
    projects: [
      // These share their modules, which spares two thirds of the time: none of them changes what another sees.
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/src/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...CLOCKS],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'test',
          globalSetup: 'test/bin/command-setup.mjs',
          include: ['test/**/*.test.ts', ...CLOCKS],
          exclude: [...configDefaults.exclude, 'test/web-crypto/**', ...LONG, ...TIMED],
        },
      },
      {
        // Everything that verifies, once more, on the crypto door of edge runtimes and browsers.
        extends: true,
        plugins: [twinsInTests],
        test: {
          name: 'web-crypto',
          isolate: false,
          setupFiles: ['test/web-crypto/setup.ts'],
          include: [
            'packages/core/src/{lib,providers}/**/*.test.ts',
            'test/{cases,property,provider-vectors,vendor-vectors,wycheproof,wycheproof-keys,wycheproof-oaep}.test.ts',
            'test/outbound/chain.test.ts',
            'test/web-crypto/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...CLOCKS],
        },
      },
      {
        extends: true,
        test: { name: 'long', include: LONG, maxWorkers: 2, sequence: { groupOrder: 1 }, testTimeout: 180_000 },
      },
      {
        extends: true,
        test: { name: 'timed', include: TIMED, maxWorkers: 1, sequence: { groupOrder: 2 }, testTimeout: 180_000 },
      },
    ],
  },
});
