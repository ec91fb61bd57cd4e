import type { Check, Found } from '../finding.ts';
import { type Guard, parametersOf } from '../guards.ts';
import type { SourceFile } from '../sources.ts';
import {
  argumentsOf,
  isCall,
  isFunction,
  lineOf,
  nameOfNode,
  nodeAt,
  nodesIn,
  pathOfNode,
  type Program,
  type SyntaxNode,
} from '../syntax.ts';
import { resolve } from '../values.ts';

type Part = 'stack' | 'message' | 'whole';

const WORDS: Readonly<Record<Part, string>> = { stack: 'the stack', message: 'the message', whole: 'the whole' };

/** Where an error has a name: the function or `catch` that got it, the pattern that names it, and who answers there. */
interface Scope {
  readonly node: SyntaxNode;
  readonly error: SyntaxNode | undefined;
  readonly answers: readonly string[];
}

/** Stacks and messages of errors that callers are shown. */
export const errorExposed: Check = {
  id: 'error-exposed',
  answers: [
    'FinConnect: messages may hold upstream answers: never forward them; a generic message to the client',
    'Pagamio: no sensitive data, no architecture in errors; generic messages to clients',
    'LiasonPay: generic messages, never a stack',
  ],
  run: ({ sources, guards }) =>
    sources.flatMap((source) => {
      const own = guards.filter((guard) => guard.source === source && guard.receives);
      const scopes = [...errorHandlers(source), ...(own.length > 0 ? catchesOfRoutes(source, own) : [])];
      return scopes.flatMap((scope) => lookAt(source, scope));
    }),
};

function lookAt({ path, program }: SourceFile, scope: Scope): readonly Found[] {
  const parts = partsOf(program, scope);
  return sentBy(program, scope).flatMap((sent): readonly Found[] => {
    const shown = shownIn(program, scope, sent, parts);
    const part = (['stack', 'message', 'whole'] as const).find((one) => shown.includes(one));
    if (part === undefined) return [];
    return [
      {
        level: part === 'stack' ? 'error' : 'warning',
        file: path,
        line: lineOf(sent),
        what: `${WORDS[part]} of an error is sent to the caller`,
        remedy: 'Log it, and answer with one fixed text a status.',
      },
    ];
  });
}

/** Express knows an error handler by its four parameters; Fastify and Hono have a method for it. */
function errorHandlers({ program }: SourceFile): readonly Scope[] {
  return program.nodes.filter(isFunction).flatMap((node) => {
    const [, second = '', third = ''] = parametersOf(node);
    const error = nodesIn(node.params)[0];
    const around = program.parentOf(node);
    const callee = isCall(around) ? (pathOfNode(nodeAt(around, 'callee')) ?? '') : '';
    const named = error?.type === 'ObjectPattern' || /^_?e(?:rr(?:or)?|x|xception)?$/i.test(nameOfNode(error) ?? '');
    if (!/\.(?:setErrorHandler|onError)$/.test(callee) && !(named && parametersOf(node).length === 4)) return [];
    return [{ node, error, answers: [third, second].filter((name) => name !== '') }];
  });
}

/** Each `catch` in a guard's handler, or in a route that a guard of this file stands before. */
function catchesOfRoutes({ program }: SourceFile, guards: readonly Guard[]): readonly Scope[] {
  const isGuard = (node: SyntaxNode) => guards.some(({ call }) => call === resolve(program, node));
  return program.nodes
    .filter(({ type }) => type === 'CatchClause')
    .flatMap((node) => {
      const functions: SyntaxNode[] = [];
      for (let around = program.parentOf(node); around !== undefined; around = program.parentOf(around))
        if (isFunction(around)) functions.push(around);
      const guarded = functions.some((one) => {
        const call = program.parentOf(one);
        return guards.some(({ handler }) => handler === one) || (isCall(call) && argumentsOf(call).some(isGuard));
      });
      const answers = functions.flatMap(parametersOf).filter((name) => name !== '');
      return guarded ? [{ node, error: nodeAt(node, 'param'), answers }] : [];
    });
}

/** The names under which the error, or a part of it, is known: `err`, `err.stack`, and those of `const { message } = err`. */
function partsOf(program: Program, { node, error }: Scope): ReadonlyMap<string, Part> {
  const name = error?.type === 'Identifier' ? String(error.name) : undefined;
  const patterns = error?.type === 'ObjectPattern' ? [error] : [];
  const parts = new Map<string, Part>();
  if (name !== undefined) {
    parts.set(name, 'whole').set(`${name}.toString`, 'whole');
    parts.set(`${name}.stack`, 'stack').set(`${name}.message`, 'message');
    for (const one of nodesOf(program, node)) {
      const id = nodeAt(one, 'id');
      if (one.type === 'VariableDeclarator' && id?.type === 'ObjectPattern' && pathOfNode(nodeAt(one, 'init')) === name)
        patterns.push(id);
    }
  }
  for (const property of patterns.flatMap((pattern) => nodesIn(pattern.properties))) {
    const key = nameOfNode(nodeAt(property, 'key'));
    const value = nodeAt(property, 'value');
    const local = nameOfNode(value?.type === 'AssignmentPattern' ? nodeAt(value, 'left') : value);
    if (local !== undefined && (key === 'stack' || key === 'message')) parts.set(local, key);
  }
  return parts;
}

/** The calls that answer: `res.status(500).json(…)`, `reply.send(…)`, `context.text(…)`. */
function sentBy(program: Program, { node: scope, answers }: Scope): readonly SyntaxNode[] {
  return nodesOf(program, scope).filter((node) => {
    if (!isCall(node)) return false;
    const callee = nodeAt(node, 'callee');
    const method = callee && pathOfNode(nodeAt(callee, 'property'));
    if (!/^(?:send|json|end|write|text|html|body|jsonp)$/.test(method ?? '')) return false;
    let object = nodeAt(callee, 'object');
    while (isCall(object)) object = nodeAt(nodeAt(object, 'callee'), 'object');
    return answers.includes(pathOfNode(object) ?? '');
  });
}

/** What of the error stands in what is sent, and in the constants that are sent. */
function shownIn(
  program: Program,
  scope: Scope,
  sent: SyntaxNode,
  parts: ReadonlyMap<string, Part>,
  depth = 0,
): readonly Part[] {
  // The call that sends is no call that makes something; what a constant is initialised with may be one.
  const end = depth > 0 ? (program.parentOf(sent) ?? sent) : sent;
  const within = nodesOf(program, sent).filter((node) => node !== sent || depth > 0);
  return within.flatMap((node): readonly Part[] => {
    const path = isReference(program, node) ? pathOfNode(node) : undefined;
    if (path === undefined || isChosen(program, node, scope.node)) return [];
    const part = parts.get(path);
    if (part !== undefined) {
      // What a function makes of the whole, or of a constant's part, is the author's choice.
      const made = part === 'whole' || depth > 0 ? isMade(program, node, end) : false;
      return made || !standsForItself(program, node, path) ? [] : [part];
    }
    if (node.type !== 'Identifier' || depth > 3 || isMade(program, node, end)) return [];
    return nodesOf(program, scope.node).flatMap((one) => {
      const init = one.type === 'VariableDeclarator' && nameOfNode(nodeAt(one, 'id')) === path && nodeAt(one, 'init');
      return init ? shownIn(program, scope, init, parts, depth + 1) : [];
    });
  });
}

/** False for the keys of objects, and for what a dot stands before. */
function isReference(program: Program, node: SyntaxNode): boolean {
  const around = program.parentOf(node);
  if (around === undefined || around.computed === true) return true;
  return around.key !== node && around.property !== node;
}

/** False where only a member of it is taken: `err.code` says nothing of the whole. */
function standsForItself(program: Program, node: SyntaxNode, path: string): boolean {
  const around = program.parentOf(node);
  const member = around?.type === 'MemberExpression' || around?.type === 'OptionalMemberExpression';
  if (path.includes('.') || !member) return around?.type !== 'BinaryExpression' || around.operator === '+';
  return false;
}

/** True where another call than that which sends it, or turns it into text, takes it. */
function isMade(program: Program, node: SyntaxNode, sent: SyntaxNode): boolean {
  for (let one = node; one !== sent; ) {
    const around = program.parentOf(one);
    if (around === undefined) return false;
    const called = (isCall(around) && around !== sent) || around.type === 'NewExpression';
    const callee = called ? (pathOfNode(nodeAt(around, 'callee')) ?? '') : '';
    const text = /^(?:String|JSON\.stringify|(?:util\.)?inspect)$/.test(callee) || nodeAt(around, 'callee') === one;
    if (called && !text) return true;
    one = around;
  }
  return false;
}

/** True where something decides beforehand: outside production only, or for errors that are meant to be read. */
function isChosen(program: Program, node: SyntaxNode, scope: SyntaxNode): boolean {
  const choices = ['ConditionalExpression', 'IfStatement', 'LogicalExpression', 'SwitchCase'];
  for (let one = program.parentOf(node); one !== undefined && one !== scope; one = program.parentOf(one))
    if (choices.includes(one.type)) return true;
  return false;
}

function nodesOf(program: Program, outer: SyntaxNode): readonly SyntaxNode[] {
  return program.nodes.filter(({ start, end }) => start >= outer.start && end <= outer.end);
}
