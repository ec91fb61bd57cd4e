import type { Check, Found } from '../finding.ts';
import { isTestPath, lineAt } from '../places.ts';
import { lineOf } from '../syntax.ts';

/** Sealing and masking are for browsers too: they need no secret. */
const FOR_ALL = /^@postern\/core\/fields$/;
const BROWSER_FOLDER =
  /(?:^|\/)(?:client|frontend|browser)\/(?!.*(?:\/|^)(?:api|server)\/).*\.[jt]sx$|(?:^|\/)(?:public|static)\/.*\.[cm]?[jt]sx?$/;

/** Guards in code that browsers get. */
export const clientSideImport: Check = {
  id: 'client-side-import',
  answers: ['FinConnect: server-side only; never bundle', 'Pagamio: no tokens in client-side code'],
  run({ sources, files }) {
    const programs = sources.flatMap(({ path, program, imports }): readonly Found[] => {
      const client = program.directives.includes('use client');
      if (!client && !BROWSER_FOLDER.test(path)) return [];
      const found = imports.find(({ from }) => from.startsWith('@postern/') && !FOR_ALL.test(from));
      return found ? [tell(client ? 'error' : 'warning', path, lineOf(found.node))] : [];
    });
    const components = files
      .filter(({ path }) => /\.(?:vue|svelte)$/.test(path) && !isTestPath(path))
      .flatMap(({ path, text }): readonly Found[] => {
        const match = /^\s*import\s+(?!type\b)[^;]*?from\s*["']@postern\/(?!core\/fields)[\w/-]+["']/m.exec(text);
        return match ? [tell('error', path, lineAt(text, match.index + match[0].search(/\S/)))] : [];
      });
    return [...programs, ...components];
  },
};

function tell(level: 'error' | 'warning', file: string, line: number): Found {
  return {
    level,
    file,
    line,
    what: 'a guard is imported where the code goes to browsers',
    remedy: 'Import @postern/* in route handlers and servers only: its secrets must not leave them.',
  };
}
