import type { Check, Found } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { lineOf, nodeAt, pathOfNode, type SyntaxNode } from '../syntax.ts';
import { declarationsOf, resolve } from '../values.ts';

/** One bare value, to which a second cannot be added without another program. */
export const secretWithoutRotation: Check = {
  id: 'secret-without-rotation',
  answers: ['LiasonPay: rotate every 90 days; a process for updating keys', 'FinCode: rotate without interruption'],
  run({ guards }) {
    return guards.flatMap((guard): readonly Found[] => {
      const node = guard.values.get('secrets');
      if (!guard.receives || node === undefined || !isBareVariable(guard, node)) return [];
      return [
        {
          level: 'note',
          file: guard.source.path,
          line: lineOf(node),
          what: 'the secret is one bare value of the environment',
          remedy:
            'Write fromEnv("NAME", { previous: "NAME_PREVIOUS" }): two count at once while the provider changes over, and a wrong value is named at start-up.',
        },
      ];
    });
  },
};

function isBareVariable({ source }: Guard, node: SyntaxNode): boolean {
  const value = resolve(source.program, node);
  if (value.type === 'LogicalExpression') {
    const left = nodeAt(value, 'left');
    return left !== undefined && /^process\.env\.\w+$/.test(pathOfNode(left) ?? '');
  }
  if (/^process\.env\.\w+$/.test(pathOfNode(value) ?? '')) return true;
  // `const { SECRET } = process.env`
  if (value.type !== 'Identifier' || declarationsOf(source.program, String(value.name)).length > 0) return false;
  return source.program.nodes.some((one) => {
    const init = nodeAt(one, 'init');
    const id = nodeAt(one, 'id');
    if (one.type !== 'VariableDeclarator' || id?.type !== 'ObjectPattern' || pathOfNode(init) !== 'process.env')
      return false;
    return source.text.slice(id.start, id.end).split(/\W+/).includes(String(value.name));
  });
}
