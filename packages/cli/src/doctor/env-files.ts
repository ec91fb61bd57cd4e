import { folderOf, nameOf } from './places.ts';
import type { ProjectFile } from './project.ts';

/** Which system an environment file is for; `template` for one that is meant to be copied; `any` where its name does not say. */
export type EnvRole = 'production' | 'development' | 'template' | 'any';

/** One assignment. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** An environment file. */
export interface EnvFile {
  readonly path: string;
  readonly role: EnvRole;
  readonly entries: readonly EnvEntry[];
  /** Named on the command line. */
  readonly given: boolean;
}

const TEMPLATE = /(?:^|[._-])(?:example|sample|template|tmpl|tpl|dist|defaults?|schema|vault)(?:$|[._-])/i;
/** In the name of a file for the system in which money moves. */
export const PRODUCTION = /(?:^|[._-])(?:production|prod|live)(?:$|[._-])/i;
const DEVELOPMENT =
  /(?:^|[._-])(?:development|dev|sandbox|test|testing|local|staging|stage|uat|qa|ci|preview)(?:$|[._-])/i;

/** True for `.env`, `.env.*`, `*.env` and `.dev.vars`. */
export function isEnvName(path: string): boolean {
  return /^(?:\.env(?:[._-][\w.-]*)?|\.dev\.vars(?:\.[\w.-]+)?|[\w.-]+\.env(?:\.[\w-]+)?)$/i.test(nameOf(path));
}

/** What an environment file's name says of it. */
export function roleOf(path: string): EnvRole {
  const name = nameOf(path);
  if (TEMPLATE.test(name)) return 'template';
  if (PRODUCTION.test(name)) return 'production';
  return DEVELOPMENT.test(name) ? 'development' : 'any';
}

/**
 * The files, with `.env` for development where its folder has a file for production and none for development: then it is the other one.
 */
export function withOther(env: readonly EnvFile[]): readonly EnvFile[] {
  return env.map((file) => {
    const beside = env.filter(({ path }) => folderOf(path) === folderOf(file.path)).map(({ role }) => role);
    const other = nameOf(file.path) === '.env' && beside.includes('production') && !beside.includes('development');
    return other ? { ...file, role: 'development' } : file;
  });
}

/** Reads assignments, as Node and dotenv do: `export`, quotes, comments and Windows line ends included. */
export function readEnvFile({ path, text, given = false }: ProjectFile): EnvFile {
  const entries: EnvEntry[] = [];
  let openQuote = '';
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    // The lines of a quoted value that goes on, such as a key in PEM, are no assignments.
    if (openQuote !== '') {
      const last = entries.at(-1);
      if (last !== undefined)
        entries[entries.length - 1] = { ...last, value: `${last.value}\n${raw.split(openQuote)[0]}` };
      if (raw.includes(openQuote)) openQuote = '';
      continue;
    }
    const [, name = '', rest = ''] = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(raw) ?? [];
    if (name === '') continue;
    const quote = /^["'`]/.exec(rest)?.[0] ?? '';
    const end = quote === '' ? -1 : rest.indexOf(quote, 1);
    if (quote !== '' && end === -1) openQuote = quote;
    const value = quote === '' ? rest.replace(/(?:^|\s)#.*$/, '').trim() : rest.slice(1, end === -1 ? undefined : end);
    entries.push({ name, value, line: index + 1 });
  }
  return { path, role: roleOf(path), entries, given };
}
