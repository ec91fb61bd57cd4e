import { isRecord, readYaml } from '../deployment.ts';
import { isEnvName } from '../env-files.ts';
import type { Check, Found } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { calledFrom } from '../imports.ts';
import type { ProjectFile } from '../project.ts';
import { findAssignedSecrets, findKeyShapes, isSecretName, looksReal } from '../secret-shapes.ts';
import { isMinified, type SourceFile } from '../sources.ts';
import { isTestPath, lineAt } from '../places.ts';
import { argumentsOf, isCall, lineOf, nodeAt, nodesIn, pathOfNode, type Program, type SyntaxNode } from '../syntax.ts';
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
    const written = [
      ...guards.flatMap((guard) => literalSecrets(guard).map((node) => ({ path: guard.source.path, node }))),
      ...sources.flatMap((source) => literalCredentials(source).map((node) => ({ path: source.path, node }))),
    ];
    const inCalls = written.map(
      ({ path, node }): Found => ({
        level: 'error',
        file: path,
        line: lineOf(node),
        what: 'a secret is written out in a program',
        remedy: REMEDY,
      }),
    );
    const told = new Set(inCalls.map(({ file, line }) => `${file}:${line}`));
    const inText = files.flatMap((file): readonly Found[] => {
      const { path, text } = file;
      // Environment files are what secrets belong into, and captures are judged by capture-not-ignored.
      if (isEnvName(path) || /\.http$/i.test(path) || isTestPath(path) || isMinified(text)) return [];
      const found = [
        ...findKeyShapes(text),
        ...[...findAssignedSecrets(text), ...valuesOfSecrets(file)].map((index) => ({
          what: 'what looks like a secret',
          index,
        })),
      ];
      return found.flatMap(({ what, index }): readonly Found[] => {
        const line = lineAt(text, index);
        if (told.has(`${path}:${line}`)) return [];
        told.add(`${path}:${line}`);
        return [{ level: 'error', file: path, line, what: `${what} is written out`, remedy: REMEDY }];
      });
    });
    return [...inCalls, ...inText];
  },
};

/** The texts that a guard would verify by. A public key is no secret. */
function literalSecrets(guard: Guard): readonly SyntaxNode[] {
  const given = guard.values.get('secrets');
  if (given === undefined || guard.provider?.scheme.secrets === 'public-key') return [];
  return literalsIn(guard.source.program, given).filter((node) => {
    const text = textOf(guard.source.program, node) ?? '';
    return text !== '' && !/BEGIN (?:[A-Z]+ )*(?:PUBLIC KEY|CERTIFICATE)|^whpk_/.test(text);
  });
}

/** What proves us to a provider that is asked back: `consumerSecret` and its like of `pesapalConfirm({ … })`. */
function literalCredentials({ program, imports }: SourceFile): readonly SyntaxNode[] {
  return program.nodes.filter(isCall).flatMap((call) => {
    if (calledFrom(imports, call)?.from !== '@postern/core/confirm') return [];
    return [...readOptions(program, argumentsOf(call)[0]).values]
      .filter(([name]) => /(?:key|secret|token)$/i.test(name))
      .flatMap(([, value]) => literalsIn(program, value))
      .filter((node) => textOf(program, node) !== '');
  });
}

/** Where the values of a Secret of Kubernetes stand, in clear or in base64. What is encrypted (SOPS) is none. */
function valuesOfSecrets(file: ProjectFile): readonly number[] {
  return readYaml(file).flatMap((document) => {
    if (document.kind !== 'Secret' || document.sops !== undefined) return [];
    return ['stringData', 'data'].flatMap((member) => {
      const entries = Object.entries(isRecord(document[member]) ? document[member] : {});
      return entries.flatMap(([name, value]) => {
        const text = member === 'data' ? Buffer.from(String(value), 'base64').toString() : String(value);
        return isSecretName(name.replaceAll('-', '_')) && looksReal(text) ? file.text.indexOf(String(value)) : [];
      });
    });
  });
}

function literalsIn(program: Program, node: SyntaxNode, depth = 0): readonly SyntaxNode[] {
  const value = resolve(program, node);
  if (depth > 5) return [];
  if (textOf(program, value) !== undefined) return [value];
  if (value.type === 'ArrayExpression')
    return nodesIn(value.elements).flatMap((item) => literalsIn(program, item, depth + 1));
  // `process.env.X ?? 'a secret'`: whoever forgets the variable verifies by what everybody can read.
  if (value.type === 'LogicalExpression' || value.type === 'ConditionalExpression')
    return ['left', 'right', 'consequent', 'alternate'].flatMap((side) => {
      const inner = nodeAt(value, side);
      return inner === undefined ? [] : literalsIn(program, inner, depth + 1);
    });
  if (value.type === 'ObjectExpression') {
    const secret = readOptions(program, value).values.get('value');
    return secret === undefined ? [] : literalsIn(program, secret, depth + 1);
  }
  if (isCall(value) && /^(?:String|Buffer\.from)$/.test(pathOfNode(nodeAt(value, 'callee')) ?? ''))
    return argumentsOf(value)
      .slice(0, 1)
      .flatMap((item) => literalsIn(program, item, depth + 1));
  return [];
}
