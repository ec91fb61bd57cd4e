const TEST_FOLDER =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|__fixtures__|specs?|fixtures?|mocks?|examples?|samples?|demos?|e2e|cypress|playwright|benchmarks?|bench|docs?|stories|seeds?|snippets)\//i;
const TEST_NAME =
  /(?:[._-](?:test|tests|spec|e2e|bench|stories|mock|fixture|example)|^(?:test|vitest|jest)[._-][\w.-]*)\.[cm]?[jt]sx?$/i;

/** True for tests, fixtures, examples and documentation, where a made-up secret is honest. */
export function isTestPath(path: string): boolean {
  return TEST_FOLDER.test(path) || TEST_NAME.test(nameOf(path));
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder of a path; empty for the project's own. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** True where a folder holds a path, at any depth. */
export function holds(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The folder of the package that a path belongs to: that of the nearest manifest, or the project's own. */
export function unitOf(path: string, manifests: readonly string[]): string {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder))
    if (manifests.includes(`${folder}/package.json`)) return folder;
  return '';
}

/**
 * True where a sign says something of a guard: it stands in the guard's package, or in one around it. What another package of a monorepo
 * is deployed with says nothing.
 */
export function concerns(sign: string, guard: string, manifests: readonly string[]): boolean {
  return holds(unitOf(sign, manifests), unitOf(guard, manifests));
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
