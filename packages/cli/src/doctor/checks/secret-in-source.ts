import type { Check, Found } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { findAssignedSecrets, findKeyShapes } from '../secret-shapes.ts';
import { isMinified, isSourcePath } from '../sources.ts';
import { isTestPath, lineAt } from '../places.ts';
import { argumentsOf, isCall, lineOf, nodeAt, nodesIn, pathOfNode, type SyntaxNode } from '../syntax.ts';
import { readOptions, resolve, textOf } from '../values.ts';

const REMEDY =
  'Read it with fromEnv(…) from the environment or a vault. Take the one that stands here for known: revoke it, and make another.';

/** Secrets that are written out in programs. */
export const secretInSource: Check = {
  id: 'secret-in-source',
  answers: [
    'FinConnect: never hardcode credentials; load them from the environment',
    'Pagamio: never hardcode tokens',
    'LiasonPay: never hardcode API keys',
    'FinCode: environment variables or a secrets manager; never in source code',
  ],
  run({ guards, files, sources }) {
    const inGuards = guards.flatMap((guard) =>
      literalSecrets(guard).map(
        (node): Found => ({
          level: 'error',
          file: guard.source.path,
          line: lineOf(node),
          what: 'a secret is written out in a program',
          remedy: REMEDY,
        }),
      ),
    );
    const told = new Set(inGuards.map(({ file, line }) => `${file}:${line}`));
    const parsed = new Set(sources.map(({ path }) => path));
    const inText = files.flatMap(({ path, text }): readonly Found[] => {
      const program = isSourcePath(path) || parsed.has(path) || /\.(?:vue|svelte|sh|ya?ml|toml|tf)$/i.test(path);
      if (!program || isTestPath(path) || isMinified(text)) return [];
      const found = [
        ...findKeyShapes(text),
        ...findAssignedSecrets(text).map((index) => ({ what: 'what looks like a secret', index })),
      ];
      return found.flatMap(({ what, index }): readonly Found[] => {
        const line = lineAt(text, index);
        if (told.has(`${path}:${line}`)) return [];
        told.add(`${path}:${line}`);
        return [{ level: 'error', file: path, line, what: `${what} is written out`, remedy: REMEDY }];
      });
    });
    return [...inGuards, ...inText];
  },
};

/** The texts that a guard would verify by. A public key is no secret. */
function literalSecrets(guard: Guard): readonly SyntaxNode[] {
  const given = guard.values.get('secrets');
  if (given === undefined || guard.provider?.scheme.secrets === 'public-key') return [];
  return literalsIn(guard, given).filter((node) => {
    const text = textOf(guard.source.program, node) ?? '';
    return text !== '' && !/BEGIN (?:[A-Z]+ )*(?:PUBLIC KEY|CERTIFICATE)|^whpk_/.test(text);
  });
}

function literalsIn(guard: Guard, node: SyntaxNode, depth = 0): readonly SyntaxNode[] {
  const { program } = guard.source;
  const value = resolve(program, node);
  if (depth > 5) return [];
  if (textOf(program, value) !== undefined) return [value];
  if (value.type === 'ArrayExpression')
    return nodesIn(value.elements).flatMap((item) => literalsIn(guard, item, depth + 1));
  // `process.env.X ?? 'a secret'`: whoever forgets the variable verifies by what everybody can read.
  if (value.type === 'LogicalExpression' || value.type === 'ConditionalExpression')
    return ['left', 'right', 'consequent', 'alternate'].flatMap((side) => {
      const inner = nodeAt(value, side);
      return inner === undefined ? [] : literalsIn(guard, inner, depth + 1);
    });
  if (value.type === 'ObjectExpression') {
    const secret = readOptions(program, value).values.get('value');
    return secret === undefined ? [] : literalsIn(guard, secret, depth + 1);
  }
  if (isCall(value) && /^(?:String|Buffer\.from)$/.test(pathOfNode(nodeAt(value, 'callee')) ?? ''))
    return argumentsOf(value)
      .slice(0, 1)
      .flatMap((item) => literalsIn(guard, item, depth + 1));
  return [];
}
