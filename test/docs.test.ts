// What the documentation says is so: every code is explained, every example compiles, every link leads somewhere.
import { existsSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { REASON_STATUS } from '../packages/core/src/lib/reasons.ts';
import { isProgram, nodesOf, parse, ROOT, type Source, workspaceFiles } from './workspace.ts';

const files = workspaceFiles();
const readme = text('README.md');

function text(path: string): string {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`there is no ${path}`);
  return file.text;
}

/** The part of a page under a heading, to the next heading of the same level. */
function section(heading: string): string {
  const start = readme.split(`\n## ${heading}\n`)[1];
  if (start === undefined) throw new Error(`README.md has no "## ${heading}"`);
  return start.split('\n## ')[0] ?? '';
}

/** The cells of each table row, from the second column on, by the code that stands alone in the first. */
function rows(page: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [, code = '', rest = ''] of page.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm))
    found.set(
      code,
      rest.split(' | ').map((cell) => cell.trim()),
    );
  return found;
}

/** The members of a union of texts, or of an interface. */
function membersOf(path: string, name: string): readonly string[] {
  const source: Source = parse({ path, text: text(path) });
  for (const node of nodesOf(source.tree)) {
    if (ts.isTypeAliasDeclaration(node) && node.name.text === name && ts.isUnionTypeNode(node.type))
      return node.type.types.map((type) => type.getText(source.tree).slice(1, -1));
    if (ts.isInterfaceDeclaration(node) && node.name.text === name)
      return node.members.flatMap((member) => member.name?.getText(source.tree) ?? []);
  }
  throw new Error(`${path} declares no union or interface ${name}`);
}

const LIB = 'packages/core/src/lib/';

describe('README.md', () => {
  it('explains every reason, with the status it is answered with', () => {
    const reasons = membersOf(`${LIB}reasons.ts`, 'Reason');
    expect(reasons.length).toBeGreaterThan(25);
    const explained = rows(section('Reasons'));
    expect([...explained.keys()].sort()).toEqual([...reasons].sort());
    for (const [reason, [status, meaning = '']] of explained) {
      expect(Number(status), reason).toBe(REASON_STATUS[reason as keyof typeof REASON_STATUS]);
      expect(meaning.length, reason).toBeGreaterThan(10);
    }
  });

  it.each([
    ['code of ConfigurationError', 'Start-up refusals', `${LIB}errors.ts`, 'ConfigurationErrorCode'],
    ['code of a warning', 'Warnings', `${LIB}host.ts`, 'WarningCode'],
    ['kind of a verdict', 'Kinds', `${LIB}kind.ts`, 'VerdictKind'],
  ])('explains every %s, and no other', (_, heading, path, name) => {
    const codes = membersOf(path, name);
    const explained = rows(section(heading));
    expect([...explained.keys()].sort()).toEqual([...codes].sort());
    for (const [code, cells] of explained)
      expect(
        cells.every((cell) => cell.length > 5),
        code,
      ).toBe(true);
  });

  it('explains every option of a receiver, and no other', () => {
    const options = [
      ...membersOf(`${LIB}receiver-options.ts`, 'VerificationOptions'),
      ...membersOf(`${LIB}receiver-options.ts`, 'ReceiverOptions'),
      ...membersOf(`${LIB}confirm/compile-confirm.ts`, 'ConfirmingOptions'),
      ...membersOf(`${LIB}address/client-address.ts`, 'ProxyOptions'),
    ];
    expect([...rows(section('Options')).keys()].sort()).toEqual(options.sort());
  });

  it('lists every provider', () => {
    const names = files.flatMap(
      ({ path }) => /^packages\/core\/src\/providers\/([a-z0-9-]+)\.ts$/.exec(path)?.[1] ?? [],
    );
    const listed = [...rows(section('Providers')).keys()];
    for (const name of names.filter((one) => one !== 'index')) expect(listed).toContain(name);
  });

  it('has the headings that errors and warnings link to', () => {
    const anchors = files
      .filter((file) => file.path.startsWith('packages/') && isProgram(file) && !file.path.endsWith('.test.ts'))
      .flatMap((file) => [...nodesOf(parse(file).tree)])
      .flatMap((node) => linkedAnchor(node)?.text ?? []);
    expect(anchors).toContain('start-up-refusals');
    expect(anchors).toContain('warnings');
    for (const anchor of anchors) expect(anchorsOf(readme)).toContain(anchor);
  });

  it('has examples that compile against the sources as they stand', () => {
    const examples = [...readme.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map(([, code = '']) => code);
    expect(examples.length).toBeGreaterThan(5);
    expect(diagnosticsOf(examples)).toEqual([]);
  }, 60_000);

  it('would fail over an example that does not compile', () => {
    const wrong = "import { stripe } from '@postern/core/providers';\nstripe({ tolerance: 300 });\n";
    const unknown = "import { verifyEverything } from '@postern/core';\nverifyEverything();\n";
    const found = diagnosticsOf([wrong, unknown]);
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('tolerance');
    expect(found[1]).toContain('verifyEverything');
  }, 60_000);
});

describe('pages of the examples', () => {
  // Their code is the reader's: it stands in the example's folder, and imports what is there.
  const pages = files.filter(({ path }) =>
    /^examples\/(?:fincode|pagamio-polling|pesapal-and-clickpesa)\/[\w-]+\.md$/.test(path),
  );

  it('have code that compiles against the sources as they stand, and one that does not is found', () => {
    const examples = pages.flatMap((page) =>
      [...page.text.matchAll(/^```(ts|js)\n(.*?)^```$/gms)].map(
        ([, language = '', code = ''], index) =>
          [`${ROOT}${page.path.replace(/\.md$/, '')}-${index + 1}.${language}`, code] as const,
      ),
    );
    expect(examples.length).toBeGreaterThan(0);
    const wrong = "import { pollAll } from './src/poll.js';\npollAll();\n";
    const sources = new Map([...examples, [`${ROOT}examples/pagamio-polling/wrong.js`, wrong]]);
    expect(diagnosticsOfFiles(sources)).toEqual([expect.stringMatching(/wrong\.js: .*pollAll/)]);
  }, 60_000);
});

/** The anchor in `helpUrl('…')`, in `warn(code, message, '…')`, or in the default of a parameter of that name. */
function linkedAnchor(node: ts.Node): ts.StringLiteral | undefined {
  let anchor: ts.Node | undefined;
  if (ts.isParameter(node) && node.name.getText() === 'anchor') anchor = node.initializer;
  if (ts.isCallExpression(node) && /\bhelpUrl$/.test(node.expression.getText())) anchor = node.arguments[0];
  if (ts.isCallExpression(node) && /\bwarn$/.test(node.expression.getText())) anchor = node.arguments[2];
  return anchor !== undefined && ts.isStringLiteral(anchor) ? anchor : undefined;
}

/** What the compiler says of examples, under the workspace's own strict options, each as a file beside this one. */
function diagnosticsOf(examples: readonly string[]): readonly string[] {
  return diagnosticsOfFiles(
    new Map(examples.map((code, index) => [`${ROOT}test/readme-example-${index + 1}.ts`, code])),
  );
}

/** The same of files by their paths, which need not exist. Plain JavaScript is checked like TypeScript. */
function diagnosticsOfFiles(sources: ReadonlyMap<string, string>): readonly string[] {
  const configuration = ts.parseConfigFileTextToJson('tsconfig.base.json', text('tsconfig.base.json')).config as object;
  const parsed = ts.parseJsonConfigFileContent(configuration, ts.sys, ROOT);
  const options = { ...parsed.options, allowJs: true, checkJs: true };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const code = sources.get(path);
    // An example is a module of a package that says so, as the reader's is.
    return code === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, code, {
          ...(typeof version === 'object' ? version : { languageVersion: version }),
          impliedNodeFormat: ts.ModuleKind.ESNext,
        });
  };
  const program = ts.createProgram([...sources.keys()], { ...options, noEmit: true }, host);
  return [...sources.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${path.slice(ROOT.length)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

describe('links', () => {
  const pages = files.filter(({ path }) => path.endsWith('.md') && !path.startsWith('.changeset/'));

  it.each(pages.map(({ path }) => path))('of %s lead to files and headings that are there', (path) => {
    expect(brokenLinks(path, text(path))).toEqual([]);
  });

  it('that lead nowhere are found', () => {
    const page =
      '[a](nowhere.md) [b](#no-such-heading) [c](README.md#no-such-heading) [d](README.md#reasons) [e](packages/core)';
    expect(brokenLinks('README.md', page)).toEqual(['nowhere.md', '#no-such-heading', 'README.md#no-such-heading']);
  });

  function brokenLinks(path: string, page: string): readonly string[] {
    const prose = page.replace(/^```.*?^```$/gms, '');
    const links = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = '']) => link);
    return links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [target = '', anchor] = link.split('#');
      const file = target === '' ? path : new URL(target, `file:///${path}`).pathname.slice(1);
      if (!existsSync(ROOT + file)) return true;
      return anchor !== undefined && !anchorsOf(target === '' ? page : text(file)).includes(anchor);
    });
  }
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  const prose = page.replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
