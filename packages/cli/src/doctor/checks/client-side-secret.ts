import type { Check, Found } from '../finding.ts';
import { calledFrom } from '../imports.ts';
import { nameOf } from '../places.ts';
import { findKeyShape } from '../secret-shapes.ts';
import type { SourceFile } from '../sources.ts';
import { argumentsOf, isCall, lineOf, nameOfNode, nodeAt, pathOfNode, type SyntaxNode } from '../syntax.ts';
import { readOptions, textOf } from '../values.ts';

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
    const inPrograms = sources.flatMap((source) =>
      source.program.nodes.flatMap((node) => [
        ...readNames(source, node)
          .filter((name) => PUBLIC_PREFIX.test(name))
          .map((name) => found(source.path, lineOf(node), name)),
        ...inlinedBy(source, node),
      ]),
    );
    return [...inFiles, ...inPrograms];
  },
};

function isSecret(name: string, value: string): boolean {
  if (findKeyShape(value) !== undefined) return true;
  return SECRET_END.test(name) && !/^(?:true|false|on|off|\d{1,6})$/i.test(value);
}

/** The secrets that an expression reads from the environment, by their names. What `fromEnv` reads is one, unless it is a public key. */
function readNames({ program, imports }: SourceFile, node: SyntaxNode): readonly string[] {
  if (!isCall(node)) {
    const name = /^(?:process\.env|import\.meta\.env)\.(\w+)$/.exec(pathOfNode(node) ?? '')?.[1] ?? '';
    return SECRET_END.test(name) ? [name] : [];
  }
  const called = calledFrom(imports, node);
  if (called?.name !== 'fromEnv' || !called.from.startsWith('@postern/')) return [];
  const [name, options] = argumentsOf(node);
  return [name, readOptions(program, options).values.get('previous')]
    .flatMap((one) => textOf(program, one) ?? [])
    .filter((one) => !/PUBLIC_?KEY|_(?:ID|URL)$/.test(one));
}

/** `env` of next.config: Next.js writes its values into the bundles, whatever they are called. */
function inlinedBy({ path, program }: SourceFile, node: SyntaxNode): readonly Found[] {
  if (!/^next\.config\.[cm]?[jt]s$/.test(nameOf(path)) || node.type !== 'ObjectProperty') return [];
  if (nameOfNode(nodeAt(node, 'key')) !== 'env') return [];
  return [...readOptions(program, nodeAt(node, 'value')).values]
    .filter(([name]) => SECRET_END.test(name))
    .map(([name, value]) => found(path, lineOf(value), name, REMEDY.replace('the prefix off', 'it out of env')));
}

function found(file: string, line: number, name: string, remedy = REMEDY): Found {
  return { level: 'error', file, line, what: `bundlers copy ${name} into the code that browsers get`, remedy };
}
