// What a provider's file may hold: few lines of data, and no function but the one that takes its settings.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { isProgram, nodesOf, parse, type Source, workspaceFiles } from './workspace.ts';

const MOST_LINES = 30;
const files = workspaceFiles()
  .filter((file) => /^packages\/core\/src\/providers\/(?!index\.ts)[a-z0-9-]+\.ts$/.test(file.path) && isProgram(file))
  .map(parse);

/** The lines of what is given to `defineProvider`, and of the file’s constants. Comments, blank lines, and lines of brackets alone do not count. */
function linesOfData({ tree }: Source): number {
  const lines = new Set<number>();
  for (const node of nodesOf(tree)) {
    const data = isDefinition(node)
      ? node.arguments[0]
      : ts.isVariableStatement(node) && ts.isSourceFile(node.parent)
        ? node
        : undefined;
    if (data !== undefined)
      for (const token of tokensOf(data)) for (const line of linesOf(token, tree)) lines.add(line);
  }
  return lines.size;
}

function isDefinition(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'defineProvider';
}

/** Every word of a tree: brackets, commas and `as const` left out. */
function tokensOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isAsExpression(node)) return tokensOf(node.expression);
  const children = node.getChildren().filter((child) => !ts.isJSDoc(child));
  return children.length === 0 ? (/\w/.test(node.getText()) ? [node] : []) : children.flatMap(tokensOf);
}

function linesOf(token: ts.Node, tree: ts.SourceFile): readonly number[] {
  const first = tree.getLineAndCharacterOfPosition(token.getStart()).line;
  const last = tree.getLineAndCharacterOfPosition(token.getEnd()).line;
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** Functions other than the exported one. */
function furtherFunctions({ tree }: Source): number {
  return [...nodesOf(tree)].filter((node) => ts.isFunctionLike(node) && 'body' in node).length - 1;
}

describe('a provider’s file', () => {
  it('is found for every provider', () => {
    expect(files.length).toBeGreaterThanOrEqual(160);
  });

  it.each([
    ['const A = 1;\n// note\n\nconst B = [\n  1,\n] as const;\ndefineProvider({\n  /** note */\n  name,\n});', 4],
    ['defineProvider({ name });', 1],
    ['import { a } from "b";', 0],
  ])('has its lines of data counted (%#)', (text, lines) => {
    expect(linesOfData(parse({ path: 'a.ts', text }))).toBe(lines);
  });

  it.each([
    ['export function acme() {}', 0],
    ['export function acme() { return [].map((one) => one); }', 1],
    ['const over = function () {};\nexport function acme() {}', 1],
    ['const data = { read() {} };\nexport function acme() {}', 1],
  ])('has its functions counted (%#)', (text, functions) => {
    expect(furtherFunctions(parse({ path: 'a.ts', text }))).toBe(functions);
  });

  it(`has at most ${MOST_LINES} lines of data`, () => {
    const long = files.map((file) => [file.path, linesOfData(file)] as const).filter(([, lines]) => lines > MOST_LINES);
    expect(long).toEqual([]);
  });

  it('holds no function but the one that takes its settings', () => {
    expect(files.filter((file) => furtherFunctions(file) !== 0).map(({ path }) => path)).toEqual([]);
  });
});
