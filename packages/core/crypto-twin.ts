// Puts lib/crypto-web.ts in the place of lib/crypto.ts: for the build (esbuild) and for the tests (Vite), by one rule.
import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';
import type { Plugin } from 'vitest/config';

/** The file that every importer of lib/crypto.ts gets in its place. */
export const TWIN = fileURLToPath(new URL('src/lib/crypto-web.ts', import.meta.url));

/** An import of the crypto door, as files of lib and of its rooms write it. */
const DOOR = /^\.\.?\/(?:\S*\/)?crypto\.ts$/;

/** For a bundle: esbuild's plugin. */
export const twinInBundle: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'crypto-twin',
  setup({ onResolve }) {
    onResolve({ filter: DOOR }, () => ({ path: TWIN }));
  },
};

/** For tests: Vite's plugin. */
export const twinInTests: Plugin = {
  name: 'crypto-twin',
  enforce: 'pre',
  resolveId: (id) => (DOOR.test(id) ? TWIN : undefined),
};
