import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Writes the receiver into a folder as one file, and resolves to its name: a drill starts hundreds, and hundreds of modules take seconds each time. */
export async function bundleReceiver(folder: string): Promise<string> {
  const file = join(folder, 'receiver.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('receiver.ts', import.meta.url))],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@postern/source'],
    // `pg` asks for it only where an application does.
    external: ['pg-native'],
    // Packages in CommonJS ask for Node's modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');" },
  });
  return file;
}
