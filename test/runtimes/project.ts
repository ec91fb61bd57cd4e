import { existsSync, rmSync } from 'node:fs';
import { copyFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, packPackages, pnpm } from '../src/pack.ts';

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** What the guests import, as a stranger would install it. */
const PACKAGES = ['@postern/core', '@postern/express'];

/** The runtimes, installed, and a project that has the packed packages and the guests' programs. */
export interface Project {
  /** The project's folder. It goes when this process does. */
  readonly folder: string;
  /** The path of a file of an installed runtime: `binary('node22/bin/node')`. */
  binary(path: string): string;
  /** Bundles a guest's program, as an application for this runtime would be. Resolves to the file's path. */
  bundle(guest: string, options: BundleOptions): Promise<string>;
}

/** How a guest's program is bundled. */
export interface BundleOptions {
  /** The conditions by which the runtime chooses from an exports map. */
  readonly conditions: readonly string[];
  readonly format: 'esm' | 'iife';
}

let prepared: Promise<Project> | undefined;

/**
 * Installs the runtimes, builds and packs the packages, and installs those into a project: once in a process.
 *
 * @throws Error with the output of whatever failed
 */
export function prepareProject(): Promise<Project> {
  prepared ??= prepare();
  return prepared;
}

async function prepare(): Promise<Project> {
  await installRuntimes();
  await pnpm([...PACKAGES.flatMap((name) => ['--filter', name]), 'run', 'build']);
  const folder = await mkdtemp(join(tmpdir(), 'postern-runtimes-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const tarballs = await packPackages(folder);
  const chosen = PACKAGES.map((name) => tarballs.get(name) ?? name);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await mustRun('npm', ['install', ...quiet, ...chosen, 'express@5'], { cwd: folder });
  await copyFile(join(HERE, 'messages.ts'), join(folder, 'messages.ts'));
  await cp(join(HERE, 'guest'), join(folder, 'guest'), { recursive: true });
  const binary = (path: string) => join(HERE, 'node_modules', path);
  return {
    folder,
    binary,
    async bundle(guest, { conditions, format }) {
      const file = join(folder, guest.replace(/\.ts$/, '.bundle.js'));
      const options = [`--conditions=${conditions.join(',')}`, `--format=${format}`, `--outfile=${file}`];
      await mustRun(
        binary('.bin/esbuild'),
        [
          `guest/${guest}`,
          '--bundle',
          '--platform=browser',
          '--target=es2022',
          '--external:cloudflare:*',
          '--log-level=warning',
          ...options,
        ],
        { cwd: folder },
      );
      return file;
    },
  };
}

/** Installs what the lockfile says, unless it is there already. */
async function installRuntimes(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`the runtimes are those of Linux on x64; this is ${process.platform} on ${process.arch}`);
  const lock = await readFile(join(HERE, 'package-lock.json'), 'utf8');
  const stamp = join(HERE, 'node_modules', '.installed');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === lock) return;
  await mustRun('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: HERE });
  await writeFile(stamp, lock);
}
