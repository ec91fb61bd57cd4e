import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Misuse } from '../misuse.ts';
import type { ClockReading } from './clock.ts';
import type { EndpointReading } from './endpoint.ts';
import { type EnvFile, isEnvName, readEnvFile } from './env-files.ts';
import { type GitReading, readGit } from './git.ts';
import { findGuards, type Guard } from './guards.ts';
import { isTestPath, nameOf } from './places.ts';
import { isSourcePath, readSource, type SourceFile } from './sources.ts';

/** A file that was read. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
  /** Named on the command line. */
  readonly given?: boolean;
}

/** All that the checks look at. Read once; nothing in it changes. */
export interface Project {
  /** Every file's path, read or not, below the project's folder. */
  readonly paths: readonly string[];
  /** What was read: programs, manifests, deployments. */
  readonly files: readonly ProjectFile[];
  /** Programs outside tests and examples. */
  readonly sources: readonly SourceFile[];
  readonly guards: readonly Guard[];
  readonly env: readonly EnvFile[];
  /** Paths of package.json. */
  readonly manifests: readonly string[];
  /** What could not be read, or is too long to be. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  readonly git: GitReading;
  readonly clock: ClockReading;
  readonly endpoint: EndpointReading;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What the folder itself does not say. */
export interface Surroundings {
  /** Environment files outside the project. */
  readonly envFiles: readonly string[];
  readonly clock: ClockReading;
  readonly endpoint: EndpointReading;
  readonly now: number;
}

/** Longer files are data or generated. */
const LONGEST = 524_288;
const MOST_FILES = 100_000;

const SKIPPED_FOLDERS =
  /^(?:node_modules|bower_components|vendor|dist|build|out|coverage|\.git|\.hg|\.svn|\.next|\.nuxt|\.output|\.svelte-kit|\.turbo|\.cache|\.parcel-cache|\.vercel|\.netlify|\.wrangler|\.yarn|\.pnpm-store|\.idea|\.venv|__pycache__|target|tmp|\.terraform)$/;
const READ_NAMES =
  /^(?:package\.json|vercel\.json|now\.json|app\.json|config\.json|wrangler\.jsonc?|pm2\.json|processes\.json|Procfile|Caddyfile|\.nvmrc|\.node-version|\.tool-versions|(?:[\w.-]+\.)?(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?)$/i;
/** Of Yarn: half a megabyte of names, which nobody wrote. */
const GENERATED_NAMES = /^\.pnp\.(?:c?js|loader\.mjs|data\.json)$/;
const READ_ENDS = /\.(?:ya?ml|toml|conf|vue|svelte|sh|http|tf)$/i;

/** Reads a project. @throws Misuse where there is no such folder, or no such environment file */
export function readProject(folder: string, { envFiles, ...around }: Surroundings): Project {
  const root = resolve(folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new Misuse('there is no such folder. Give that of the project: postern doctor DIR.');
  const unread: { path: string; why: string }[] = [];
  const paths = walk(root, unread);
  const files = paths.flatMap((path): readonly ProjectFile[] => {
    if (GENERATED_NAMES.test(nameOf(path))) return [];
    if (!isSourcePath(path) && !READ_NAMES.test(nameOf(path)) && !READ_ENDS.test(path) && !isEnvName(path)) return [];
    const text = readText(join(root, path));
    if (typeof text === 'string') return [{ path, text }];
    // A fixture may be anything.
    const matters = text.binary !== true || ((isSourcePath(path) || isEnvName(path)) && !isTestPath(path));
    if (matters) unread.push({ path, why: text.why });
    return [];
  });
  const given = envFiles.map((path): ProjectFile => {
    const text = readText(resolve(path));
    if (typeof text !== 'string') throw new Misuse('--env: there is no such file, or it cannot be read.');
    return { path: relative(root, resolve(path)).split(sep).join('/'), text, given: true };
  });
  const sources = files.flatMap((file): readonly SourceFile[] => {
    const source = isTestPath(file.path) ? undefined : readSource(file);
    if (source === undefined || !('why' in source)) return source === undefined ? [] : [source];
    unread.push({ path: file.path, why: source.why });
    return [];
  });
  const env = [...given, ...files.filter(({ path }) => isEnvName(path) && !given.some((one) => one.path === path))];
  return {
    ...around,
    paths,
    files,
    sources,
    guards: sources.flatMap(findGuards),
    env: env.filter(({ path }) => !isTestPath(path)).map(readEnvFile),
    manifests: paths.filter((path) => nameOf(path) === 'package.json'),
    unread,
    git: readGit(root, paths),
  };
}

/** Every file below a folder, sorted, links not followed: a link may lead in a circle, or out of the project. */
function walk(root: string, unread: { path: string; why: string }[]): readonly string[] {
  const found: string[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined && found.length < MOST_FILES; folder = pending.pop()) {
    try {
      for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && !SKIPPED_FOLDERS.test(entry.name)) pending.push(path);
        else if (entry.isFile()) found.push(path);
        else if (entry.isSymbolicLink() && !SKIPPED_FOLDERS.test(entry.name) && leadsOut(root, path))
          unread.push({ path, why: 'it is a link to a folder outside' });
      }
    } catch {
      unread.push({ path: folder, why: 'the folder cannot be read' });
    }
  }
  return found.sort();
}

/** True for a link to a folder that is read nowhere else; those of tests are of no interest. */
function leadsOut(root: string, path: string): boolean {
  if (isTestPath(`${path}/`) || !statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()) return false;
  const target = relative(realpathSync(root), realpathSync(join(root, path)));
  return target === '..' || target.startsWith(`..${sep}`) || isAbsolute(target);
}

/** A file's text, or why there is none. */
function readText(file: string): string | { readonly why: string; readonly binary?: true } {
  try {
    if (lstatSync(file).size > LONGEST) return { why: 'it is longer than 512 KiB' };
    const bytes = readFileSync(file);
    if (bytes.subarray(0, 8_192).includes(0)) return { why: 'it is no text in UTF-8', binary: true };
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch {
    return { why: 'it cannot be read' };
  }
}
