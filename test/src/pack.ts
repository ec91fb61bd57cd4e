import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './clean-environment.ts';

/** The workspace's root. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How a command is run. */
export interface RunOptions {
  /** Default: the workspace's root. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, whatever that is. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm and npx are scripts on Windows, which only a shell can start.
      shell: process.platform === 'win32' && command !== process.execPath,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Runs a command that must succeed, and resolves to its standard output. @throws with all its output when it does not */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Runs the pnpm that runs us, or the one that npm fetches. */
export function pnpm(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const path = process.env.npm_execpath;
  return path !== undefined && /pnpm\.[cm]?js$/.test(path)
    ? mustRun(process.execPath, [path, ...args], options)
    : mustRun('npx', ['--yes', 'pnpm@10', ...args], options);
}

/** Builds all packages, unless `POSTERN_BUILT` says that they are: `.ci/run` builds once for all that comes after. */
export async function buildPackages(): Promise<void> {
  if (process.env.POSTERN_BUILT !== '1') await pnpm(['build']);
}

/**
 * Packs every package as it would be published, and resolves to the tarballs by the package's name.
 *
 * @param folder where the tarballs go
 */
export async function packPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  const tarballs = new Map<string, string>();
  for (const name of (await readdir(join(ROOT, 'packages'))).sort()) {
    const cwd = join(ROOT, 'packages', name);
    const data: { name: string; private?: boolean } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
    if (data.private) continue;
    const packed: { filename: string } = JSON.parse(
      await pnpm(['pack', '--json', '--pack-destination', folder], { cwd }),
    );
    tarballs.set(data.name, packed.filename);
  }
  return tarballs;
}
