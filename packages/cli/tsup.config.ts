import { defineConfig } from 'tsup';

export default defineConfig({
  // A command and no library: one ES module, no types. The shebang is the source's first line.
  entry: ['src/main.ts'],
  format: ['esm'],
  sourcemap: true,
  clean: true,
  target: 'node20',
  platform: 'node',
});
