import { spawnSync } from 'node:child_process';
import { isEnvName, roleOf } from './env-files.ts';
import { isTestPath } from './places.ts';
import { findKeyShape, isRealSecretValue, isSecretName } from './secret-shapes.ts';

/** What git says of a project, or why it says nothing. */
export type GitReading =
  | { readonly skipped: string }
  | {
      readonly tracked: ReadonlySet<string>;
      /** Of the files that are there, and of the names that may come: `.env` and its like. */
      readonly ignored: ReadonlySet<string>;
      readonly history: HistoryReading;
    };

/** What was once committed. */
export interface HistoryReading {
  readonly hits: readonly { readonly file: string; readonly commit: string; readonly what: string }[];
  /** Why only a part of it was looked at. */
  readonly bounded?: string;
}

/** Names that are asked about though no such file may be there. */
export const USUAL_ENV_NAMES = ['.env', '.env.local', '.env.production'];

const MOST_COMMITS = 2_000;
const LONGEST_MS = 10_000;
const LONGEST_OUTPUT = 64 * 1024 * 1024;

/** What would lead git to another repository than the folder's. */
const ELSEWHERE = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
};

/** What a line of the history must hold to be looked at, in git's words. */
const INTERESTING =
  'whsec_[A-Za-z0-9+/]{24}|[sr]k_(live|test)_[A-Za-z0-9]{16}|FLWSECK|shp(ss|at)_[a-f0-9]{32}|xox[abprs]-[0-9A-Za-z-]{24}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|SG\\.[A-Za-z0-9_-]{22}\\.|BEGIN ([A-Z]+ )*PRIVATE KEY|^[A-Z0-9_]*(SECRET|TOKEN|PASSWORD|PASSPHRASE|KEY)[A-Z0-9_]* *= *[^ ]{8}';

/** Asks git about a folder. A folder without git, or a machine without it, is no fault. */
export function readGit(root: string, paths: readonly string[]): GitReading {
  const inside = git(root, ['rev-parse', '--is-inside-work-tree']);
  if (inside.missing) return { skipped: 'there is no git on this machine' };
  if (inside.text.trim() !== 'true') return { skipped: whyNot(inside.refusal) };
  const asked = [...paths, ...USUAL_ENV_NAMES];
  return {
    tracked: new Set(git(root, ['ls-files', '-z']).text.split('\0').filter(Boolean)),
    ignored: new Set(git(root, ['check-ignore', '-z', '--stdin'], asked.join('\0')).text.split('\0').filter(Boolean)),
    history: readHistory(root),
  };
}

/** A repository that git will not open is not the same as none: it may hold what should never have been committed. */
function whyNot(refusal: string): string {
  // Git's own line has the folder that it means, quoted for a shell.
  const [trust] = /git config --global --add safe\.directory .+/.exec(refusal) ?? [];
  if (trust !== undefined) return `git refuses this folder: ${trust}`;
  const [fatal] = /^fatal: (?!not a git repository).*/m.exec(refusal) ?? [];
  return fatal === undefined ? 'the project is in no git repository' : `git refuses this folder: ${fatal}`;
}

function readHistory(root: string): HistoryReading {
  // What CI checks out is one commit deep, and says nothing of the others.
  const shallow = git(root, ['rev-parse', '--is-shallow-repository']).text.trim() === 'true';
  const depth = shallow ? { bounded: 'a shallow clone has no history: fetch it all (fetch-depth: 0)' } : {};
  const commits = git(root, ['rev-list', '--count', '--all', '--', '.']);
  if (commits.text.trim() === '0') return { hits: [], ...depth };
  const run = git(root, [
    ...['log', '--all', `--max-count=${MOST_COMMITS}`, '--no-color', '--no-renames', '--no-ext-diff', '--no-textconv'],
    ...['--relative', '--unified=0', '--format=commit %h', '--extended-regexp', '-G', INTERESTING, '--', '.'],
  ]);
  const hits = new Map<string, { file: string; commit: string; what: string }>();
  let commit = '';
  let file = '';
  // The lines of a patch that were added, a few at a time: a key in PEM stands on several.
  let added: string[] = [];
  const look = () => {
    const what = added.length === 0 || file === '' ? undefined : lookAt(file, added.join('\n'));
    // The oldest commit that has it, since git tells the newest first.
    if (what !== undefined) hits.set(file, { file, commit, what });
    added = [];
  };
  for (const line of run.text.split('\n')) {
    if (line.startsWith('+') && !line.startsWith('+++ ')) {
      if (added.length < 10_000) added.push(line.slice(1));
      continue;
    }
    const [, hash] = /^commit ([a-f0-9]{4,40})$/.exec(line) ?? [];
    const [, path] = /^\+\+\+ (?:"?b\/(.+?)"?)\t?$/.exec(line) ?? [];
    if (hash === undefined && path === undefined && !line.startsWith('diff --git ')) continue;
    look();
    if (hash !== undefined) commit = hash;
    file = path ?? '';
  }
  look();
  const bounded = run.cut ? 'git was stopped after ten seconds, so older commits were not looked at' : undefined;
  return { hits: [...hits.values()], ...depth, ...(bounded && { bounded }) };
}

/** What stands in added lines that should never have been committed. */
function lookAt(file: string, text: string): string | undefined {
  if (isTestPath(file) || /\.(?:md|mdx|rst|adoc|lock)$|(?:^|\/)(?:pnpm-lock|package-lock)/i.test(file))
    return undefined;
  if (isEnvName(file)) {
    if (roleOf(file) === 'template') return findKeyShape(text)?.what;
    const real = text.split('\n').some((line) => {
      const [, name = '', value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*["']?([^\s"'#]*)/.exec(line) ?? [];
      return isSecretName(name) && isRealSecretValue(value);
    });
    if (real) return 'an environment file with secrets';
  }
  return findKeyShape(text)?.what;
}

interface GitRun {
  readonly text: string;
  /** What it says where it does not do as it is told. */
  readonly refusal: string;
  readonly missing: boolean;
  readonly cut: boolean;
}

function git(root: string, args: readonly string[], input = ''): GitRun {
  const { stdout, stderr, error } = spawnSync(
    'git',
    // A repository's own configuration names programs that git would run. None is.
    [
      '-c',
      'core.fsmonitor=false',
      '-c',
      'core.quotePath=false',
      '-c',
      'log.showSignature=false',
      '--no-pager',
      ...args,
    ],
    {
      cwd: root,
      input,
      encoding: 'utf8',
      timeout: LONGEST_MS,
      maxBuffer: LONGEST_OUTPUT,
      // A hook of another repository may have told git where that one is.
      env: { ...process.env, ...ELSEWHERE, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    },
  );
  const code = error !== undefined && 'code' in error ? error.code : undefined;
  return {
    text: stdout ?? '',
    refusal: stderr ?? '',
    missing: code === 'ENOENT',
    cut: code === 'ETIMEDOUT' || code === 'ENOBUFS',
  };
}
