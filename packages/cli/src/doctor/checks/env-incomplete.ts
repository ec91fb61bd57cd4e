import type { Check, Found } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { calledFrom } from '../imports.ts';
import type { SourceFile } from '../sources.ts';
import { argumentsOf, isCall, lineOf, nodeAt, nodesIn, pathOfNode, type Program, type SyntaxNode } from '../syntax.ts';
import { readOptions, resolve, textOf } from '../values.ts';

const PLACEHOLDER = /^(?:your[_-]|<|changeme|change[_-]me|replace|todo|xxx+|placeholder|secret$|test$)/i;

/** Variables that a guard reads, and that the given environment files do not have. */
export const envIncomplete: Check = {
  id: 'env-incomplete',
  answers: ['FinConnect: load the environment file that is meant', 'Pagamio: credentials stored securely'],
  run({ env, sources, guards }) {
    const given = env.filter((file) => file.given && file.role !== 'template');
    if (given.length === 0) return { skipped: 'no environment file was named with --env' };
    return [...sources.flatMap(readByFromEnv), ...guards.flatMap(readByGuard)].flatMap(
      ({ path, node, name }): readonly Found[] => {
        const found = given.flatMap(({ entries }) => entries.filter((entry) => entry.name === name)).at(-1);
        const value = found?.value.trim() ?? '';
        if (value !== '' && !PLACEHOLDER.test(value)) return [];
        const how =
          found === undefined ? 'is not in the environment files' : value === '' ? 'is blank' : 'is a placeholder';
        return [
          {
            level: 'error',
            file: path,
            line: lineOf(node),
            what: `${name} ${how}: the guard refuses to start, or every delivery`,
            remedy: 'Put the signing secret there, from the provider’s dashboard.',
          },
        ];
      },
    );
  },
};

/** A variable that is read, and where. */
interface Read {
  readonly path: string;
  readonly node: SyntaxNode;
  readonly name: string;
}

function readByFromEnv({ path, program, imports }: SourceFile): readonly Read[] {
  return program.nodes.filter(isCall).flatMap((node) => {
    const called = calledFrom(imports, node);
    if (called?.name !== 'fromEnv' || !called.from.startsWith('@postern/')) return [];
    const name = textOf(program, argumentsOf(node)[0]);
    return name === undefined ? [] : [{ path, node, name }];
  });
}

function readByGuard({ source, receives, values }: Guard): readonly Read[] {
  const secrets = receives ? values.get('secrets') : undefined;
  return secrets === undefined
    ? []
    : variablesIn(source.program, secrets).map((read) => ({ ...read, path: source.path }));
}

/** `process.env.X` as it stands, in a list, or as the `value` of an entry. A default beside it may be meant, unless it is blank. */
function variablesIn(program: Program, node: SyntaxNode): readonly Omit<Read, 'path'>[] {
  const value = resolve(program, node);
  const [, name] = /^process\.env\.(\w+)$/.exec(pathOfNode(value) ?? '') ?? [];
  if (name !== undefined) return [{ node: value, name }];
  const inner =
    value.type === 'ObjectExpression'
      ? [readOptions(program, value).values.get('value')]
      : value.type === 'LogicalExpression' && textOf(program, nodeAt(value, 'right')) === ''
        ? [nodeAt(value, 'left')]
        : nodesIn(value.elements);
  return inner.flatMap((one) => (one === undefined ? [] : variablesIn(program, one)));
}
