import { defineConfig, type Options } from 'tsup';
import { twinsInBundle } from './web-twins.ts';

/** What every runtime gets. */
const entry = [
  'src/index.ts',
  'src/confirm.ts',
  'src/fetch.ts',
  'src/fields.ts',
  'src/jwt.ts',
  'src/outbound.ts',
  'src/providers/*.ts',
  '!src/**/*.test.ts',
];

/** For Node.js, Bun and Deno. */
const node: Options = {
  entry: ['src/audit.ts', 'src/node.ts', ...entry],
  format: ['esm', 'cjs'],
  // Both formats share chunks between the doors, so that a provider's file stays small.
  splitting: true,
  dts: true,
  sourcemap: true,
  // The two builds run at once: each cleans up after itself only.
  clean: ['!web/**'],
  target: 'node20',
  platform: 'node',
};

/** For edge runtimes, workers and browsers. Its types are those of the other build: the doors are the same. */
export const web: Options = {
  entry,
  outDir: 'dist/web',
  format: ['esm', 'cjs'],
  splitting: true,
  sourcemap: true,
  clean: true,
  target: 'es2022',
  platform: 'neutral',
  esbuildPlugins: [twinsInBundle],
};

export default defineConfig([node, web]);
