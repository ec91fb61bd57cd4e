import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/node.ts', 'src/providers/*.ts', '!src/**/*.test.ts'],
  format: ['esm', 'cjs'],
  // Both formats share chunks between the doors, so that a provider's file stays small.
  splitting: true,
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'node20',
  platform: 'node',
});
