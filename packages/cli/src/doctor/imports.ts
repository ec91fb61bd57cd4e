import {
  argumentsOf,
  isCall,
  nameOfNode,
  nodeAt,
  nodesIn,
  type Program,
  pathOfNode,
  type SyntaxNode,
  unwrap,
} from './syntax.ts';

/** What a local name stands for in another module. `*` is the whole of it. */
export interface Imported {
  readonly local: string;
  readonly name: string;
  readonly from: string;
  readonly node: SyntaxNode;
}

/** What a program imports for use, not for its types: `import`, `require` and awaited `import()`. */
export function importsOf(program: Program): readonly Imported[] {
  return program.nodes.flatMap((node): readonly Imported[] => {
    if (node.type === 'ImportDeclaration') return fromDeclaration(node);
    if (node.type === 'VariableDeclarator') return fromRequire(node);
    if (node.type === 'TSImportEqualsDeclaration') return fromImportEquals(node);
    return [];
  });
}

function fromDeclaration(node: SyntaxNode): readonly Imported[] {
  const from = nameOfNode(nodeAt(node, 'source')) ?? '';
  if (isType(node.importKind)) return [];
  const specifiers = nodesIn(node.specifiers);
  if (specifiers.length === 0) return [{ local: '', name: '', from, node }];
  return specifiers
    .filter((one) => !isType(one.importKind))
    .map((one) => ({
      local: nameOfNode(nodeAt(one, 'local')) ?? '',
      name:
        one.type === 'ImportSpecifier'
          ? (nameOfNode(nodeAt(one, 'imported')) ?? '')
          : one.type === 'ImportDefaultSpecifier'
            ? 'default'
            : '*',
      from,
      node,
    }));
}

function isType(kind: unknown): boolean {
  return kind === 'type' || kind === 'typeof';
}

function fromRequire(node: SyntaxNode): readonly Imported[] {
  let init = nodeAt(node, 'init');
  // `const { webhook } = require('…')`, and `const webhook = require('…').webhook`.
  const picked = init?.type === 'MemberExpression' ? nameOfNode(nodeAt(init, 'property')) : undefined;
  if (picked !== undefined) init = nodeAt(init, 'object');
  const from = moduleOf(init);
  const id = nodeAt(node, 'id');
  if (from === undefined || id === undefined) return [];
  if (id.type === 'Identifier') return [{ local: String(id.name), name: picked ?? '*', from, node }];
  return nodesIn(id.properties).flatMap((property) => {
    const value = nodeAt(property, 'value');
    const local = nameOfNode(value?.type === 'AssignmentPattern' ? nodeAt(value, 'left') : value);
    const name = nameOfNode(nodeAt(property, 'key'));
    return local === undefined || name === undefined ? [] : [{ local, name, from, node }];
  });
}

/** TypeScript's `import express = require('express')`. */
function fromImportEquals(node: SyntaxNode): readonly Imported[] {
  const from = nameOfNode(nodeAt(nodeAt(node, 'moduleReference'), 'expression'));
  const local = nameOfNode(nodeAt(node, 'id'));
  return from === undefined || local === undefined || isType(node.importKind) ? [] : [{ local, name: '*', from, node }];
}

/** The module that `require('…')` or `import('…')` names. */
export function moduleOf(call: SyntaxNode | undefined): string | undefined {
  if (!isCall(call) && call?.type !== 'ImportExpression') return undefined;
  const callee = nodeAt(call, 'callee');
  const argument = call.type === 'ImportExpression' ? nodeAt(call, 'source') : argumentsOf(call)[0];
  const asks = call.type === 'ImportExpression' || callee?.type === 'Import' || pathOfNode(callee) === 'require';
  return asks && argument?.type === 'StringLiteral' ? String(argument.value) : undefined;
}

/** What a call calls: the module and the name there, through `import * as` and default exports. */
export function calledFrom(
  imports: readonly Imported[],
  call: SyntaxNode,
): { readonly from: string; readonly name: string } | undefined {
  const path = pathOfNode(unwrap(nodeAt(call, 'callee') ?? call));
  if (path === undefined) return undefined;
  const [head = '', ...rest] = path.split('.');
  const found = imports.find(({ local }) => local === head);
  if (found === undefined) return undefined;
  const whole = found.name === '*' || found.name === 'default';
  const name = [...(whole ? [] : [found.name]), ...rest].join('.');
  return { from: found.from, name: name === '' ? 'default' : name };
}

/** True for the call that makes a server of Fastify's. */
export function makesFastify(imports: readonly Imported[], call: SyntaxNode): boolean {
  const called = calledFrom(imports, call);
  if (called?.from === 'fastify') return /^(?:default|fastify)$/i.test(called.name);
  return moduleOf(nodeAt(call, 'callee')) === 'fastify';
}
