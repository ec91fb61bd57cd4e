import { parse } from '@babel/parser';

/** A node of a parsed program; which members it has depends on its type. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number } };
  readonly [member: string]: unknown;
}

/** A call, and what it was given. */
export interface CallNode extends SyntaxNode {
  readonly arguments: unknown;
}

/** A parsed program: its nodes in the order of the text, and what each stands in. */
export interface Program {
  readonly nodes: readonly SyntaxNode[];
  /** Of `'use client'` and its like. */
  readonly directives: readonly string[];
  parentOf(node: SyntaxNode): SyntaxNode | undefined;
}

const WRAPPERS = [
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'ParenthesizedExpression',
  'AwaitExpression',
  'ChainExpression',
];

/** Parses JavaScript or TypeScript, with or without JSX. What is broken beyond repair is nothing. */
export function parseProgram(path: string, text: string): Program | undefined {
  const typed = /\.[cm]?tsx?$/.test(path);
  // In .ts a cast may be written <T>x, which is JSX elsewhere.
  const plugins = [...(typed ? (['typescript'] as const) : (['flow'] as const)), 'decorators' as const];
  try {
    const file = parse(text, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      plugins: /\.[cm]?ts$/.test(path) ? plugins : [...plugins, 'jsx'],
    });
    return indexProgram(file.program as unknown as SyntaxNode);
  } catch {
    return undefined;
  }
}

function indexProgram(root: SyntaxNode): Program {
  const nodes: SyntaxNode[] = [];
  const parents = new Map<SyntaxNode, SyntaxNode>();
  const pending = [root];
  // A stack of our own: a chain of ten thousand operators must not end in a stack overflow.
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes.push(node);
    for (const child of childrenOf(node).reverse()) {
      parents.set(child, node);
      pending.push(child);
    }
  }
  const directives = nodesIn(root.directives).flatMap((one) => (isNode(one.value) ? [String(one.value.value)] : []));
  return { nodes, directives, parentOf: (node) => parents.get(node) };
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (const [member, value] of Object.entries(node)) {
    if (member === 'loc' || member.endsWith('Comments') || member === 'extra') continue;
    if (isNode(value)) children.push(value);
    else if (Array.isArray(value)) children.push(...nodesIn(value));
  }
  return children;
}

/** True for a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The nodes of a list; none where it is no list. */
export function nodesIn(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The node at a member, without casts and parentheses around it. */
export function nodeAt(node: SyntaxNode | undefined, member: string): SyntaxNode | undefined {
  const value = node?.[member];
  return isNode(value) ? unwrap(value) : undefined;
}

/** Takes casts, `await` and parentheses off. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (WRAPPERS.includes(inner.type)) {
    const next = inner.expression ?? inner.argument;
    if (!isNode(next)) return inner;
    inner = next;
  }
  return inner;
}

/** The name of an identifier, or of a string that stands for one. */
export function nameOfNode(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') return String(node.name);
  return node.type === 'StringLiteral' ? String(node.value) : undefined;
}

/** A chain of names as it is written, `req.body` or `process.env.X`; nothing where something else stands in it. */
export function pathOfNode(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'Identifier') return String(node.name);
  if (node.type === 'ThisExpression') return 'this';
  if (node.type === 'MetaProperty') return 'import.meta';
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return undefined;
  const object = pathOfNode(nodeAt(node, 'object'));
  const property = nodeAt(node, 'property');
  const name = node.computed === true && property?.type !== 'StringLiteral' ? undefined : nameOfNode(property);
  return object === undefined || name === undefined ? undefined : `${object}.${name}`;
}

/** The line of a node, from 1. */
export function lineOf(node: SyntaxNode): number {
  return node.loc.start.line;
}

/** True for calls, `?.()` included. */
export function isCall(node: SyntaxNode | undefined): node is CallNode {
  return node?.type === 'CallExpression' || node?.type === 'OptionalCallExpression';
}

/** The arguments of a call, without casts. */
export function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  return nodesIn(call.arguments).map(unwrap);
}

/** True where a node stands in a function. */
export function isFunction(node: SyntaxNode | undefined): node is SyntaxNode {
  return (
    node !== undefined &&
    ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ObjectMethod', 'ClassMethod'].includes(
      node.type,
    )
  );
}
