import type { Check, Found } from '../finding.ts';
import { findKeyShape } from '../secret-shapes.ts';
import { lineOf, pathOfNode } from '../syntax.ts';

const PUBLIC_PREFIX = /^(?:NEXT_PUBLIC_|VITE_|REACT_APP_|PUBLIC_|EXPO_PUBLIC_|NUXT_PUBLIC_|GATSBY_|VUE_APP_)/;
/** A token may be public, as those of maps are; what is called a secret may not. */
const SECRET_END =
  /(?:SECRET|SECRET_?KEY|PASSWORD|PASSPHRASE|PRIVATE_?KEY|SIGNING_?KEY|CHECKSUM_?KEY)(?:_(?:PREVIOUS|OLD))?$/;

const REMEDY =
  'Take the prefix off and read it on the server alone. It has been in every bundle since: revoke it, and make another.';

/** Secrets under names that bundlers copy into browsers’ code. */
export const clientSideSecret: Check = {
  id: 'client-side-secret',
  answers: [
    'FinConnect: server-side only; never expose credentials in client-side code',
    'Pagamio: no tokens in client-side code',
  ],
  run({ env, sources }) {
    const inFiles = env.flatMap(({ path, entries }) =>
      entries
        .filter(({ name, value }) => PUBLIC_PREFIX.test(name) && isSecret(name, value))
        .map(({ name, line }) => found(path, line, name)),
    );
    const inPrograms = sources.flatMap(({ path, program }) =>
      program.nodes.flatMap((node) => {
        const name = /^(?:process\.env|import\.meta\.env)\.(\w+)$/.exec(pathOfNode(node) ?? '')?.[1] ?? '';
        return PUBLIC_PREFIX.test(name) && SECRET_END.test(name) ? [found(path, lineOf(node), name)] : [];
      }),
    );
    return [...inFiles, ...inPrograms];
  },
};

function isSecret(name: string, value: string): boolean {
  if (findKeyShape(value) !== undefined) return true;
  return SECRET_END.test(name) && !/^(?:true|false|on|off|\d{1,6})$/i.test(value);
}

function found(file: string, line: number, name: string): Found {
  return { level: 'error', file, line, what: `bundlers copy ${name} into the code that browsers get`, remedy: REMEDY };
}
