import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const command = fileURLToPath(new URL('../../packages/cli/', import.meta.url));

/** Bundles the whole command into one file: hundreds of modules, one a provider, take seconds to load one by one. */
export async function bundleCommand() {
  const main = `${command}src/main.ts`;
  // Beside the command's own packages, so that those which are left out are found.
  const cache = `${command}node_modules/.cache`;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'postern-'));
  const file = join(folder, 'main.mjs');
  await build({
    entryPoints: [main],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@postern/source'],
    sourcemap: 'inline',
    // Large, and loaded by `doctor` alone.
    external: ['@babel/parser', 'yaml'],
    // It reads its own manifest beside the source, and packages in CommonJS ask for Node's modules.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(main).href) },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');" },
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
