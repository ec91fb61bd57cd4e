// Production builds of small Next.js applications: made once, kept for the next run, and never in the source tree.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, ROOT, type Run, run } from '../src/pack.ts';
import { type Served, serve } from '../src/serve.ts';

/** The Next.js to build with: 16, or 15 where POSTERN_NEXT says so. */
export const NEXT = process.env.POSTERN_NEXT === '15' ? 'next15' : 'next';

/** The files of an application, by path. */
export type Files = Readonly<Record<string, string>>;

/** The builds are outside the workspace: Next takes TypeScript under node_modules for somebody else's, and leaves it as it is. */
const CACHE = join(tmpdir(), `postern-next-${userInfo().username}`);
const THIS_FILE = fileURLToPath(import.meta.url);
const INSTALLED = join(ROOT, 'test', 'node_modules');
const TOOLS = join(ROOT, 'node_modules');

/** Telemetry is off, and nothing of whoever runs the tests decides what is built. */
const ENV = { NEXT_TELEMETRY_DISABLED: '1', CI: '1' };

/** Builds an application, unless the same was built before. Resolves to its folder. @throws with what Next printed */
export async function buildSite(files: Files): Promise<string> {
  return makeOnce(await siteName(files), async (folder) => {
    await layOut(folder, files);
    await mustRun(process.execPath, nextArgs('build'), { cwd: folder, env: ENV });
  });
}

/** Builds an application whose build is expected to fail. Resolves to how it ended, and leaves nothing. */
export async function tryBuild(files: Files): Promise<Run> {
  const folder = join(CACHE, `try-${process.pid}-${await siteName(files)}`);
  try {
    await layOut(folder, files);
    return await run(process.execPath, nextArgs('build'), { cwd: folder, env: ENV });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `next start` in a built application while `use` does. */
export function startSite<T>(folder: string, env: Files, use: (server: Served) => Promise<T>): Promise<T> {
  return serve(nextArgs('start', '--hostname', '127.0.0.1'), { cwd: folder, env: { ...ENV, ...env } }, use);
}

function nextArgs(...args: readonly string[]): readonly string[] {
  return [join('node_modules', 'next', 'dist', 'bin', 'next'), ...args];
}

/** The name says what an application consists of, our own sources included. */
async function siteName(files: Files): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(files));
  for (const file of [THIS_FILE, join(INSTALLED, NEXT, 'package.json')]) hash.update(await readFile(file));
  return `${NEXT}-${hash
    .update(await packagesName())
    .digest('hex')
    .slice(0, 16)}`;
}

async function layOut(folder: string, files: Files): Promise<void> {
  const packages = await makeOnce(await packagesName(), buildPackages);
  const modules = join(folder, 'node_modules');
  await mkdir(modules, { recursive: true });
  await cp(join(packages, 'node_modules', '@postern'), join(modules, '@postern'), { recursive: true });
  await link(modules, {
    ...DEPENDENCIES,
    next: join(INSTALLED, NEXT),
    react: join(INSTALLED, 'react'),
    'react-dom': join(INSTALLED, 'react-dom'),
    typescript: join(TOOLS, 'typescript'),
    '@types/react': join(INSTALLED, '@types/react'),
  });
  const all: Files = {
    'package.json': JSON.stringify({ private: true, type: 'module' }),
    // Symlinks lead out of the folder, which Turbopack follows below its root only.
    'next.config.mjs': `export default ${JSON.stringify({
      skipTrailingSlashRedirect: true,
      [NEXT === 'next' ? 'turbopack' : 'outputFileTracingRoot']:
        NEXT === 'next' ? { root: parse(folder).root } : folder,
    })};`,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** What our packages are built with, and what they need at run time. */
const DEPENDENCIES = {
  jose: join(ROOT, 'packages/core/node_modules/jose'),
  'raw-body': join(ROOT, 'packages/core/node_modules/raw-body'),
  '@types/node': join(TOOLS, '@types/node'),
};

const PACKAGES = ['core', 'next'];

async function packagesName(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(THIS_FILE));
  for (const name of PACKAGES) {
    const folder = join(ROOT, 'packages', name);
    for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort(byPath)) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && isPublished(path.slice(folder.length))) hash.update(path).update(await readFile(path));
    }
  }
  return `packages-${hash.digest('hex').slice(0, 16)}`;
}

function byPath(a: { parentPath: string; name: string }, b: { parentPath: string; name: string }): number {
  return join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1;
}

/** The parts of a package's folder that its build is made of. */
function isPublished(path: string): boolean {
  return !/\/(?:node_modules|dist)(?:\/|$)|\.test\.ts$/.test(path);
}

/** Builds our packages as they are published, with a copy of their sources: nobody's dist is touched, and none is needed. */
async function buildPackages(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  await link(modules, { ...DEPENDENCIES, tsup: join(TOOLS, 'tsup'), next: join(INSTALLED, NEXT) });
  for (const name of PACKAGES) {
    const from = join(ROOT, 'packages', name);
    const cwd = join(modules, '@postern', name);
    await cp(from, cwd, { recursive: true, filter: (path) => isPublished(path.slice(from.length)) });
    // The test process resolves our packages to their sources, and Next shares it with the routes of the Pages Router.
    const manifest = join(cwd, 'package.json');
    const published = JSON.parse(await readFile(manifest, 'utf8'), (key, value) =>
      key === '@postern/source' ? undefined : value,
    );
    await writeFile(manifest, JSON.stringify(published));
    const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, customConditions: [] };
    await writeFile(
      join(cwd, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.base.json'),
        compilerOptions: { ...compilerOptions, rootDir: 'src', outDir: 'dist' },
        include: ['src'],
      }),
    );
    await mustRun(process.execPath, [join(TOOLS, 'tsup/dist/cli-default.js'), '--no-dts', '--silent'], { cwd });
    await mustRun(process.execPath, [join(TOOLS, 'typescript/bin/tsc')], { cwd });
  }
}

async function link(modules: string, targets: Files): Promise<void> {
  for (const [name, target] of Object.entries(targets)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(target, join(modules, name), 'junction');
  }
}

/** Makes a folder unless it is there, in one process at a time. What fails leaves nothing. */
async function makeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  const made = `${folder}.made`;
  await mkdir(CACHE, { recursive: true, mode: 0o700 });
  while (!existsSync(made)) {
    if (!(await lock(`${folder}.lock`))) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      if (existsSync(made)) break;
      await rm(folder, { recursive: true, force: true });
      await make(folder);
      await writeFile(made, '');
    } finally {
      await rm(`${folder}.lock`, { force: true });
    }
  }
  return folder;
}

/** Takes a lock, or that of a process that ended without giving it back. */
async function lock(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
