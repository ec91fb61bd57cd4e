// Puts the twins of the doors to Node.js in the doors' places: for the build (esbuild) and for the tests (Vite), by one rule.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';
import type { Plugin } from 'vitest/config';

const file = (path: string) => fileURLToPath(new URL(`src/lib/${path}`, import.meta.url));

/** What every importer of a door gets in its place. */
const TWINS: Readonly<Record<string, string>> = {
  [file('channels.ts')]: file('channels-web.ts'),
  [file('crypto.ts')]: file('crypto-web.ts'),
  [file('outbound/client.ts')]: file('outbound/client-web.ts'),
};

function twinOf(id: string, importer: string): string | undefined {
  return id.startsWith('.') && importer !== '' ? TWINS[resolve(dirname(importer), id)] : undefined;
}

/** For a bundle: esbuild's plugin. */
export const twinsInBundle: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'web-twins',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:channels|crypto|client)\.ts$/ }, ({ path, importer }) => {
      const twin = twinOf(path, importer);
      return twin === undefined ? undefined : { path: twin };
    });
  },
};

/** For tests: Vite's plugin. */
export const twinsInTests: Plugin = {
  name: 'web-twins',
  enforce: 'pre',
  resolveId: (id, importer) => twinOf(id, importer ?? ''),
};
