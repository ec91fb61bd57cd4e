import type { Check, Found } from '../finding.ts';
import { parametersOf } from '../guards.ts';
import type { SourceFile } from '../sources.ts';
import {
  argumentsOf,
  isCall,
  isFunction,
  lineOf,
  nodeAt,
  pathOfNode,
  type Program,
  type SyntaxNode,
} from '../syntax.ts';

/** Stacks and messages of errors that callers are shown. */
export const errorExposed: Check = {
  id: 'error-exposed',
  answers: [
    'FinConnect: messages may hold upstream answers: never forward them; a generic message to the client',
    'Pagamio: no sensitive data, no architecture in errors; generic messages to clients',
    'LiasonPay: generic messages, never a stack',
  ],
  run: ({ sources }) => sources.flatMap(lookAt),
};

function lookAt({ path, program }: SourceFile): readonly Found[] {
  return program.nodes.filter(isFunction).flatMap((handler) => {
    const [error = '', second = '', third = '', fourth] = parametersOf(handler);
    const names = handlesErrors(program, handler, error, fourth) ? [fourth === undefined ? third : third, second] : [];
    if (error === '' || names.length === 0) return [];
    return sentBy(program, handler, names).flatMap((sent): readonly Found[] => {
      const shown = ['stack', 'message'].find((member) => shows(program, sent, handler, `${error}.${member}`));
      const whole = argumentsOf(sent).some((one) => pathOfNode(one) === error);
      if (shown === undefined && !whole) return [];
      const what = shown === 'message' ? 'the message' : shown === 'stack' ? 'the stack' : 'the whole';
      return [
        {
          level: shown === 'stack' ? 'error' : 'warning',
          file: path,
          line: lineOf(sent),
          what: `${what} of an error is sent to the caller`,
          remedy: 'Log it, and answer with one fixed text a status.',
        },
      ];
    });
  });
}

/** Express knows an error handler by its four parameters; Fastify and Hono have a method for it. */
function handlesErrors(program: Program, handler: SyntaxNode, error: string, fourth: string | undefined): boolean {
  const around = program.parentOf(handler);
  const callee = isCall(around) ? (pathOfNode(nodeAt(around, 'callee')) ?? '') : '';
  if (/\.(?:setErrorHandler|onError)$/.test(callee)) return true;
  return fourth !== undefined && /^_?e(?:rr(?:or)?|x|xception)?$/i.test(error) && parametersOf(handler).length === 4;
}

/** The calls that answer: `res.status(500).json(…)`, `reply.send(…)`, `context.text(…)`. */
function sentBy(program: Program, handler: SyntaxNode, names: readonly string[]): readonly SyntaxNode[] {
  return program.nodes.filter((node) => {
    if (!isCall(node) || node.start < handler.start || node.end > handler.end) return false;
    const callee = nodeAt(node, 'callee');
    const method = callee && pathOfNode(nodeAt(callee, 'property'));
    if (!/^(?:send|json|end|write|text|html|body|jsonp)$/.test(method ?? '')) return false;
    let object = nodeAt(callee, 'object');
    while (isCall(object)) object = nodeAt(nodeAt(object, 'callee'), 'object');
    return names.includes(pathOfNode(object) ?? '');
  });
}

/** True where an expression stands in what is sent, and nothing decides beforehand whether it does. */
function shows(program: Program, sent: SyntaxNode, handler: SyntaxNode, expression: string): boolean {
  return program.nodes.some((node) => {
    if (node.start < sent.start || node.end > sent.end || pathOfNode(node) !== expression) return false;
    for (
      let around = program.parentOf(node);
      around !== undefined && around !== handler;
      around = program.parentOf(around)
    ) {
      // Outside production only, or for errors that are meant to be read.
      if (['ConditionalExpression', 'IfStatement', 'LogicalExpression', 'SwitchCase'].includes(around.type))
        return false;
    }
    return true;
  });
}
