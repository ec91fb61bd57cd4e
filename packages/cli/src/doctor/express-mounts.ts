import { calledFrom } from './imports.ts';
import type { SourceFile } from './sources.ts';
import { argumentsOf, isCall, isFunction, nameOfNode, nodeAt, nodesIn, pathOfNode, type SyntaxNode } from './syntax.ts';
import { resolve, textOf } from './values.ts';

/** A call that hangs handlers into an application or a router of Express. */
export interface Mount {
  /** The name of what it hangs them into. */
  readonly app: string;
  readonly method: string;
  /** Nothing where they cannot be read. */
  readonly paths: readonly string[] | undefined;
  /** In their order, those of lists among them. */
  readonly handlers: readonly SyntaxNode[];
  /** The name of the method: the calls of a chain all start where the chain does. */
  readonly at: SyntaxNode;
}

const PACKAGE = /^(?!\.|[~#]|@\/|node:|path$|url$)./;
const METHODS = /^(?:use|all|get|post|put|patch|delete)$/;

/** The mounts of a file, in the order of the text, through chains and `route(path)`. */
export function mountsOf(source: SourceFile): readonly Mount[] {
  return source.program.nodes
    .filter(isCall)
    .flatMap((call) => mountOf(source, call) ?? [])
    .sort((a, b) => a.at.start - b.at.start);
}

function mountOf(source: SourceFile, call: SyntaxNode): Mount | undefined {
  const [method = '', at] = methodOf(call);
  if (at === undefined || !METHODS.test(method)) return undefined;
  let object = nodeAt(nodeAt(call, 'callee'), 'object');
  let route: SyntaxNode | undefined;
  while (isCall(object)) {
    // Whatever follows `route` is for its path.
    if (methodOf(object)[0] === 'route') route = object;
    object = nodeAt(nodeAt(object, 'callee'), 'object');
  }
  const app = pathOfNode(object);
  if (app === undefined) return undefined;
  const [first, ...rest] = argumentsOf(call);
  const isPathless = method === 'use' && first !== undefined && isHandler(source, first, rest.length === 0);
  const given = route === undefined ? first : argumentsOf(route)[0];
  const handlers = route !== undefined || isPathless ? argumentsOf(call) : rest;
  return {
    app,
    method,
    at,
    paths: route === undefined && isPathless ? ['/'] : pathsOf(source, given),
    handlers: handlers.flatMap((one) => flatten(source, one)),
  };
}

function methodOf(call: SyntaxNode): readonly [string | undefined, SyntaxNode | undefined] {
  const property = nodeAt(nodeAt(call, 'callee'), 'property');
  return [nameOfNode(property), property];
}

/** True for a first argument that is surely no path. */
function isHandler(source: SourceFile, node: SyntaxNode, alone: boolean): boolean {
  if (alone) return true;
  const made = resolve(source.program, node);
  if (made.type === 'ArrayExpression') return nodesIn(made.elements).every((one) => isHandler(source, one, false));
  // What a function of one's own gives may be a path, or what `path.join` gives.
  return isFunction(made) || (isCall(made) && PACKAGE.test(calledFrom(source.imports, made)?.from ?? ''));
}

function pathsOf({ program }: SourceFile, node: SyntaxNode | undefined): readonly string[] | undefined {
  const made = node && resolve(program, node);
  const texts = (made?.type === 'ArrayExpression' ? nodesIn(made.elements) : [made]).map((one) => textOf(program, one));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function flatten(source: SourceFile, node: SyntaxNode): readonly SyntaxNode[] {
  const made = resolve(source.program, node);
  if (made.type !== 'ArrayExpression') return [node];
  return nodesIn(made.elements).flatMap((one) => flatten(source, one));
}

/** True where what is used for some paths runs for another mount's: Express compares whole segments. */
export function runsFor({ paths: prefixes }: Mount, { paths }: Mount): boolean {
  return (prefixes ?? []).some((prefix) => {
    const start = prefix.replace(/\/+$/, '').toLowerCase();
    return start === '' || (paths ?? []).some((path) => `${path.toLowerCase()}/`.startsWith(`${start}/`));
  });
}
