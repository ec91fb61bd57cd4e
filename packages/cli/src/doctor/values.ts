import {
  argumentsOf,
  isCall,
  nameOfNode,
  nodeAt,
  nodesIn,
  pathOfNode,
  type Program,
  type SyntaxNode,
  unwrap,
} from './syntax.ts';

/** What an option was given, or where an object ends up that cannot be looked into. */
export interface OptionsRead {
  readonly values: ReadonlyMap<string, SyntaxNode>;
  /** Something was spread in, or comes from elsewhere: what is not among the values may still be there. */
  readonly open: boolean;
}

/** The expression that a name stands for, if a `const` or one `let` of this file says so; else the expression itself. */
export function resolve(program: Program, node: SyntaxNode, depth = 0): SyntaxNode {
  const inner = unwrap(node);
  if (inner.type !== 'Identifier' || depth > 5) return inner;
  const found = declarationsOf(program, String(inner.name));
  return found.length === 1 && found[0] !== undefined ? resolve(program, found[0], depth + 1) : inner;
}

/** What a name is initialised with, wherever in the file it is declared. */
export function declarationsOf(program: Program, name: string): readonly SyntaxNode[] {
  return program.nodes.flatMap((node) => {
    if (node.type !== 'VariableDeclarator' || nameOfNode(nodeAt(node, 'id')) !== name) return [];
    return nodeAt(node, 'init') ?? [];
  });
}

/** Reads an object of options, through names, casts and spreads. */
export function readOptions(program: Program, node: SyntaxNode | undefined, depth = 0): OptionsRead {
  const values = new Map<string, SyntaxNode>();
  const object = node && resolve(program, node);
  if (object?.type !== 'ObjectExpression' || depth > 5) return { values, open: true };
  let open = false;
  for (const property of nodesIn(object.properties)) {
    if (property.type === 'SpreadElement') {
      const argument = nodeAt(property, 'argument');
      const spread = readOptions(program, argument, depth + 1);
      for (const [name, value] of spread.values) values.set(name, value);
      open ||= spread.open;
      continue;
    }
    const key = nodeAt(property, 'key');
    const name = property.computed === true ? undefined : nameOfNode(key);
    if (name === undefined) open = true;
    else values.set(name, property.type === 'ObjectMethod' ? property : (nodeAt(property, 'value') ?? property));
  }
  return { values, open };
}

/** A text that is written out, through names and templates without expressions. */
export function textOf(program: Program, node: SyntaxNode | undefined): string | undefined {
  const value = node && resolve(program, node);
  if (value?.type === 'StringLiteral') return String(value.value);
  if (value?.type !== 'TemplateLiteral' || nodesIn(value.expressions).length > 0) return undefined;
  const cooked = (nodesIn(value.quasis)[0]?.value as { readonly cooked?: unknown } | undefined)?.cooked;
  return typeof cooked === 'string' ? cooked : undefined;
}

/** A number that is written out, products and sums included: `10 * 1024 * 1024`. */
export function numberOf(program: Program, node: SyntaxNode | undefined): number | undefined {
  const value = node && resolve(program, node);
  if (value?.type === 'NumericLiteral') return Number(value.value);
  if (value?.type !== 'BinaryExpression') return undefined;
  const left = numberOf(program, nodeAt(value, 'left'));
  const right = numberOf(program, nodeAt(value, 'right'));
  if (left === undefined || right === undefined) return undefined;
  if (value.operator === '*') return left * right;
  if (value.operator === '+') return left + right;
  if (value.operator === '-') return left - right;
  return value.operator === '**' ? left ** right : undefined;
}

/** The texts of a list that is written out; those of it that are. */
export function textsOf(program: Program, node: SyntaxNode | undefined): readonly { text: string; node: SyntaxNode }[] {
  const value = node && resolve(program, node);
  if (value === undefined) return [];
  const items = value.type === 'ArrayExpression' ? nodesIn(value.elements) : [value];
  return items.flatMap((item) => {
    const text = textOf(program, item);
    return text === undefined ? [] : [{ text, node: item }];
  });
}

/** A moment that is written out, milliseconds: an ISO text, a number, or `new Date(…)` and `Date.parse(…)` of one. */
export function momentOf(program: Program, node: SyntaxNode | undefined): number | undefined {
  const value = node && resolve(program, node);
  if (value === undefined) return undefined;
  const made =
    (value.type === 'NewExpression' && nameOfNode(nodeAt(value, 'callee')) === 'Date') ||
    (isCall(value) && pathOfNode(nodeAt(value, 'callee')) === 'Date.parse');
  const inner = made ? argumentsOf(value)[0] : value;
  const text = textOf(program, inner);
  const moment = text === undefined ? numberOf(program, inner) : Date.parse(text);
  return moment === undefined || Number.isNaN(moment) ? undefined : moment;
}
