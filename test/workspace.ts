// The workspace's own files, as text and as syntax trees, for the tests that hold it to its rules.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The workspace's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A file of the workspace. `path` is relative to its root, with forward slashes. */
export interface WorkspaceFile {
  readonly path: string;
  readonly text: string;
}

/** A TypeScript or JavaScript file, parsed. */
export interface Source extends WorkspaceFile {
  readonly tree: ts.SourceFile;
}

/** What is installed or built, and so nobody's writing. */
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.next', 'next-env.d.ts']);

/** Every file that is ours, in order of path. */
export function workspaceFiles(): readonly WorkspaceFile[] {
  return walk('').map((path) => ({ path, text: readFileSync(ROOT + path, 'utf8') }));
}

function walk(folder: string): string[] {
  return readdirSync(ROOT + folder, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name) && !/\.(?:tgz|log|tsbuildinfo)$/.test(entry.name))
    .flatMap((entry) => {
      const path = folder + entry.name;
      if (entry.isDirectory()) return walk(`${path}/`);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}

/** True for a file that holds a program. */
export function isProgram({ path }: WorkspaceFile): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** Parses a program. */
export function parse({ path, text }: WorkspaceFile): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Every node of a tree, parents first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  return children;
}

/** An import, a re-export, or an `import()`. */
interface Import {
  /** As it is written; a relative one is resolved to the path of the file it names. */
  readonly from: string;
  readonly typeOnly: boolean;
  readonly reExport: boolean;
}

/** What a file imports, in order. */
export function importsOf({ path, tree }: Source): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, reExport: boolean) => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      found.push({ from: resolve(path, specifier.text), typeOnly, reExport });
  };
  for (const node of nodesOf(tree)) {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause), false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, true);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, false);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false, false);
  }
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { namedBindings } = clause;
  return (
    clause.name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((element) => element.isTypeOnly)
  );
}

function resolve(importer: string, specifier: string): string {
  return specifier.startsWith('.') ? new URL(specifier, `file:///${importer}`).pathname.slice(1) : specifier;
}

/** A name that a file exports. */
interface Export {
  readonly name: string;
  readonly kind: 'value' | 'type';
}

/** The names a file exports, in order of name. `export *` is not looked through. */
export function exportsOf({ tree }: Source): readonly Export[] {
  const found = new Map<string, Export['kind']>();
  for (const statement of tree.statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      for (const { name, isTypeOnly: single } of statement.exportClause.elements)
        found.set(name.text, single || statement.isTypeOnly ? 'type' : 'value');
    }
    if (!isExported(statement)) continue;
    const kind = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ? 'type' : 'value';
    for (const name of declaredNames(statement)) found.set(name, kind);
  }
  return [...found].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** True for a declaration with the word `export`. */
export function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

/** The names a statement declares. */
export function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  )
    return statement.name === undefined ? [] : [statement.name.text];
  return [];
}
