// The rules of the house, kept by a program that looks at every file. Each rule is also shown a breach that it must find.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  declaredNames,
  importsOf,
  isExported,
  isProgram,
  nodesOf,
  parse,
  type Source,
  type WorkspaceFile,
  workspaceFiles,
} from './workspace.ts';

/** Finds breaches: one line each, beginning with the path. */
type Finder<Kind> = (files: readonly Kind[]) => string[];
type Breach = readonly [path: string, text: string];

const files = workspaceFiles();
const programs = files.filter(isProgram).map(parse);

/** A rule about programs. The breaches are shown to it one by one. */
function programRule(name: string, find: Finder<Source>, breaches: readonly Breach[]): void {
  describe(name, () => {
    it('holds', () => expect(find(programs)).toEqual([]));
    it.each(breaches)('and a breach in %s is found', (path, text) => {
      expect(find([parse({ path, text })])).toEqual([expect.stringContaining(path)]);
    });
  });
}

/** A rule about files of any kind. */
function fileRule(name: string, find: Finder<WorkspaceFile>, breaches: readonly Breach[]): void {
  describe(name, () => {
    it('holds', () => expect(find(files)).toEqual([]));
    it.each(breaches)('and a breach in %s is found', (path, text) => {
      expect(find([{ path, text }])).toEqual([expect.stringContaining(path)]);
    });
  });
}

/** What the published packages consist of. */
const isSource = ({ path }: WorkspaceFile) =>
  /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts') && !/\/fixtures\//.test(path);
const isLib = (file: WorkspaceFile) => isSource(file) && file.path.startsWith(LIB);
const isProvider = (file: WorkspaceFile) =>
  isSource(file) && file.path.startsWith(PROVIDERS) && file.path !== `${PROVIDERS}index.ts`;

const CORE = 'packages/core/src/';
const LIB = `${CORE}lib/`;
const PROVIDERS = `${CORE}providers/`;
/** What stands in for lib/crypto.ts where there is no node:crypto. */
const TWIN = `${LIB}crypto-web.ts`;
/** The door to node:diagnostics_channel, and what stands in for it. */
const CHANNELS = `${LIB}channels.ts`;
const CHANNELS_TWIN = `${LIB}channels-web.ts`;
/** The door to node:https, and what stands in for it where there is only fetch. */
const CLIENT = `${LIB}outbound/client.ts`;
const CLIENT_TWIN = `${LIB}outbound/client-web.ts`;
/** The one place where signatures, tokens and digests are compared. */
const EQUALS_ANY = `${LIB}scheme/equals-any.ts`;
/** The packages whose commands speak to a person. */
const SPEAKS = /^packages\/cli\//;

/** One line for each import that `forbidden` objects to. */
function imports(
  applies: (file: Source) => boolean,
  forbidden: (from: string, file: Source, typeOnly: boolean) => boolean,
): Finder<Source> {
  return (sources) =>
    sources.filter(applies).flatMap((file) =>
      importsOf(file)
        .filter(({ from, typeOnly }) => forbidden(from, file, typeOnly))
        .map(({ from }) => `${file.path} imports ${from}`),
    );
}

/** One line for each place where one of the names stands as an identifier of its own. */
function identifiers(applies: (file: Source) => boolean, ...names: readonly string[]): Finder<Source> {
  return (sources) =>
    sources
      .filter(applies)
      .flatMap((file) =>
        [...nodesOf(file.tree)]
          .filter((node) => ts.isIdentifier(node) && names.includes(node.text))
          .map((node) => at(file, node)),
      );
}

function at({ path, tree }: Source, node: ts.Node): string {
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  return `${path}:${line + 1} ${node.getText(tree).split('\n')[0]?.slice(0, 60)}`;
}

programRule(
  'lib/crypto.ts is the one door to node:crypto',
  imports(
    (file) => isSource(file) && file.path !== `${LIB}crypto.ts`,
    (from) => /^(?:node:)?crypto$/.test(from),
  ),
  [
    [`${LIB}sign.ts`, "import { createHmac } from 'node:crypto';"],
    ['packages/express/src/index.ts', "const crypto = await import('crypto');"],
    [`${LIB}types.ts`, "export type Key = import('node:crypto').KeyObject;"],
    [TWIN, "import { timingSafeEqual } from 'node:crypto';"],
  ],
);

programRule(
  'nobody imports the twin of a door: the build puts it in the door’s place',
  imports(isSource, (from) => [TWIN, CLIENT_TWIN, CHANNELS_TWIN].includes(from)),
  [
    [`${LIB}sign.ts`, "import { randomId } from './crypto-web.ts';"],
    [`${CORE}outbound.ts`, "export { createOutbound } from './lib/outbound/client-web.ts';"],
    [`${LIB}record.ts`, "import { VERDICTS } from './channels-web.ts';"],
  ],
);

programRule(
  'signatures are compared in constant time, all of them',
  (sources) =>
    sources.filter(isLib).flatMap((file) => {
      const calls = (within: ts.Node, name: string) =>
        [...nodesOf(within)].some((node) => ts.isCallExpression(node) && node.expression.getText(file.tree) === name);
      if (file.path === `${LIB}crypto.ts` || file.path === TWIN) {
        const compare = file.tree.statements.find((statement) =>
          declaredNames(statement).includes('constantTimeEqual'),
        );
        return compare !== undefined &&
          (file.path === TWIN ? looksAtEveryByte(compare, file) : calls(compare, 'timingSafeEqual'))
          ? []
          : [`${file.path} compares in its own way`];
      }
      // One file of a kind compares: each candidate of a list, and nothing short of the last one ends the loop over them.
      if (file.path !== EQUALS_ANY)
        return calls(file.tree, 'constantTimeEqual') ? [`${file.path} compares by itself`] : [];
      const loops = [...nodesOf(file.tree)].filter((one) => ts.isForOfStatement(one));
      const whole = loops.some(
        (loop) =>
          calls(loop, 'constantTimeEqual') &&
          ![...nodesOf(loop)].some((one) => ts.isBreakStatement(one) || ts.isReturnStatement(one)),
      );
      return whole ? [] : [`${file.path} does not compare all of them`];
    }),
  [
    [`${LIB}crypto.ts`, 'export function constantTimeEqual(a: string, b: string) { return a === b; }'],
    [TWIN, 'export const other = 1;'],
    [TWIN, 'export function constantTimeEqual(a, b) { return a.every((byte, i) => byte === b[i]); }'],
    [TWIN, twinOf('for (let i = 0; i < a.byteLength; i++) if (a[i] !== b[i]) return false;')],
    [TWIN, twinOf('for (let i = 0; i < a.byteLength && difference === 0; i++) difference |= a[i] ^ b[i];')],
    [TWIN, twinOf('for (let i = 0; i < 16; i++) difference |= a[i] ^ b[i];')],
    [TWIN, twinOf('for (let i = 0; i < a.byteLength; i++) difference = a[i] ^ b[i];')],
    [TWIN, twinOf('for (let i = 0; i < a.byteLength; i++) difference |= difference || a[i] ^ b[i];')],
    [TWIN, twinOf('for (let i = 0; i < a.byteLength; i++) difference |= a[i] ^ b[i];', 'a[0] !== b[0]')],
    [`${LIB}scheme/hmac.ts`, 'export const right = (mac, one) => constantTimeEqual(mac, one);'],
    [EQUALS_ANY, 'export const equalsAny = (mac, all) => all.some((one) => constantTimeEqual(mac, one));'],
    [
      EQUALS_ANY,
      'export function equalsAny(mac, all) { for (const one of all) if (constantTimeEqual(mac, one)) return true; }',
    ],
  ],
);

function twinOf(loop: string, first = 'a.byteLength !== b.byteLength'): string {
  return `export function constantTimeEqual(a, b) { if (${first}) return false; let difference = 0; ${loop} return difference === 0; }`;
}

/** True for a comparison that refuses another length, then gathers the differences of all bytes, and only then answers. */
function looksAtEveryByte(compare: ts.Statement, { tree }: Source): boolean {
  const body = ts.isFunctionDeclaration(compare) ? compare.body : undefined;
  const text = body?.statements.map((statement) => statement.getText(tree).replace(/ as number|[()]/g, ''));
  return (
    text?.join('\n') ===
    [
      'if a.byteLength !== b.byteLength return false;',
      'let difference = 0;',
      'for let i = 0; i < a.byteLength; i++ difference |= a[i] ^ b[i];',
      'return difference === 0;',
    ].join('\n')
  );
}

programRule(
  'lib is plain language: no module of Node but those of the three doors and of the audit log, nothing but types in the crypto door’s twin, and types of node:http in lib/node',
  imports(isLib, (from, { path }, typeOnly) => {
    if (path === TWIN) return !typeOnly || from !== `${LIB}crypto.ts`;
    if (from.startsWith(CORE)) return false;
    if (path === `${LIB}crypto.ts`) return from !== 'node:crypto';
    if (path === CHANNELS) return from !== 'node:diagnostics_channel';
    if (path === CLIENT) return !/^node:(?:dns\/promises|https|tls)$/.test(from) && !(from === 'node:http' && typeOnly);
    if (path.startsWith(`${LIB}audit/`)) return !/^node:(?:diagnostics_channel|fs|fs\/promises|path)$/.test(from);
    if (path.startsWith(`${LIB}node/`)) return from !== 'raw-body' && !(from === 'node:http' && typeOnly);
    if ([`${LIB}scheme/jwt.ts`, `${LIB}scheme/jwt-keys.ts`].includes(path)) return from !== 'jose';
    return true;
  }),
  [
    [`${LIB}redact.ts`, "import { inspect } from 'node:util';"],
    [`${LIB}node/exchange.ts`, "import { createServer } from 'node:http';"],
    [`${LIB}head.ts`, "import getRawBody from 'raw-body';"],
    [`${LIB}address/allowlist.ts`, "import ipaddr from 'ipaddr.js';"],
    [`${LIB}scheme/http-signature.ts`, "import { compactVerify } from 'jose';"],
    [CLIENT, "import { connect } from 'node:net';"],
    [CLIENT_TWIN, "import { request } from 'node:https';"],
    [`${LIB}audit/line.ts`, "import { hostname } from 'node:os';"],
    [CHANNELS_TWIN, "import { channel } from 'node:diagnostics_channel';"],
    [`${LIB}record.ts`, "import { channel } from 'node:diagnostics_channel';"],
    [TWIN, "import { DIGEST_BYTES } from './crypto.ts';"],
    [TWIN, "import type { webcrypto } from 'node:crypto';"],
  ],
);

programRule(
  'core knows no Buffer outside its Node door: Uint8Array is in every runtime',
  identifiers(
    (file) =>
      isSource(file) &&
      file.path.startsWith(CORE) &&
      !file.path.startsWith(`${LIB}node/`) &&
      file.path !== `${CORE}node.ts`,
    'Buffer',
  ),
  [[`${LIB}sign.ts`, 'export const body = Buffer.from([]);']],
);

programRule(
  'only the Node door leads to lib/node',
  imports(
    (file) => isSource(file) && file.path !== `${CORE}node.ts` && !file.path.startsWith(`${LIB}node/`),
    (from) => from.startsWith(`${LIB}node/`),
  ),
  [[`${CORE}index.ts`, "export { nodeExchange } from './lib/node/exchange.ts';"]],
);

programRule(
  'only the audit door leads to lib/audit, which writes files',
  imports(
    (file) => isSource(file) && file.path !== `${CORE}audit.ts` && !file.path.startsWith(`${LIB}audit/`),
    (from) => from.startsWith(`${LIB}audit/`),
  ),
  [[`${CORE}node.ts`, "export { auditLog } from './lib/audit/audit-log.ts';"]],
);

programRule(
  'lib imports neither a provider nor a door',
  imports(isLib, (from) => from.startsWith(CORE) && !from.startsWith(LIB)),
  [
    [`${LIB}verify.ts`, "import { stripe } from '../providers/stripe.ts';"],
    [`${LIB}scheme/hmac.ts`, "import { sign } from '../../index.ts';"],
  ],
);

programRule(
  'a provider imports defineProvider, one kind, one source of keys, one confirmation, settings and types, and nothing else',
  (sources) => sources.filter(isProvider).flatMap(providerImports),
  [
    [`${PROVIDERS}acme.ts`, "import { sign } from '../lib/sign.ts';"],
    [`${PROVIDERS}acme.ts`, "import { stripe } from './stripe.ts';"],
    [
      `${PROVIDERS}acme.ts`,
      "import { hmac } from '../lib/scheme/hmac.ts';\nimport { rsa } from '../lib/scheme/rsa.ts';",
    ],
    [
      `${PROVIDERS}acme.ts`,
      "import { jwks } from '../lib/keys/jwks.ts';\nimport { keyRequest } from '../lib/keys/key-request.ts';",
    ],
    [`${PROVIDERS}acme.ts`, "import { createMemory } from '../lib/keys/memory.ts';"],
    [`${PROVIDERS}acme.ts`, "import { x } from 'node:url';"],
  ],
);

function providerImports(file: Source): string[] {
  const parts = ['scheme/define-provider.ts', 'scheme/settings.ts', 'types.ts'].map((part) => LIB + part);
  const others = importsOf(file).filter(
    ({ from, typeOnly }) => !parts.includes(from) || (from === parts[2] && !typeOnly),
  );
  // A kind is a file of lib/scheme that is named like the function it exports. So is a source of keys, and a way to confirm.
  const named = (room: string) =>
    others.filter(({ from }) => from.startsWith(`${LIB}${room}/`) && importedNames(file, from).includes(kindOf(from)));
  const rooms = { kinds: named('scheme'), 'sources of keys': named('keys'), confirmations: named('subscription') };
  const known = Object.values(rooms).flat();
  return [
    ...others.filter((other) => !known.includes(other)).map(({ from }) => `${file.path} imports ${from}`),
    ...Object.entries(rooms)
      .filter(([, imported]) => imported.length > 1)
      .map(([what, imported]) => `${file.path} imports ${imported.length} ${what}`),
  ];
}

function kindOf(path: string): string {
  return camelCase(path.slice(path.lastIndexOf('/') + 1).replace(/\.ts$/, ''));
}

function importedNames({ path, tree }: Source, from: string): string[] {
  return tree.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    if (new URL(statement.moduleSpecifier.text, `file:///${path}`).pathname.slice(1) !== from) return [];
    const bindings = statement.importClause?.namedBindings;
    return bindings && ts.isNamedImports(bindings)
      ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
      : [];
  });
}

programRule(
  'an adapter imports the doors of core and its own framework, and never another adapter',
  imports(
    (file) => isSource(file) && !/^packages\/(?:core|cli|testing)\//.test(file.path),
    (from, { path }) => {
      const own = /^packages\/([^/]+)\//.exec(path)?.[1] ?? '';
      if (from.startsWith(`packages/${own}/src/`)) return false;
      if (/^@postern\/core(?:\/(?:node|fetch|outbound|providers|confirm|fields))?$/.test(from)) return false;
      return !frameworksOf(own).some((name) => from === name || from.startsWith(`${name}/`));
    },
  ),
  [
    ['packages/express/src/index.ts', "import { webhook } from '@postern/fastify';"],
    ['packages/express/src/index.ts', "import { judge } from '@postern/core/lib/judge.ts';"],
    ['packages/express/src/index.ts', "import { judge } from '../../core/src/lib/judge.ts';"],
    ['packages/express/src/index.ts', "import getRawBody from 'raw-body';"],
  ],
);

function frameworksOf(name: string): string[] {
  const manifest = files.find(({ path }) => path === `packages/${name}/package.json`);
  const { peerDependencies = {} } = JSON.parse(manifest?.text ?? '{}') as { peerDependencies?: Record<string, string> };
  return Object.keys(peerDependencies).filter((peer) => !peer.startsWith('@postern/'));
}

programRule(
  'only the command line and the examples print; lib/host.ts warns on the console of a runtime without warnings',
  identifiers((file) => isSource(file) && !SPEAKS.test(file.path) && file.path !== `${LIB}host.ts`, 'console'),
  [[`${LIB}judge.ts`, "console.log('judged');"]],
);

programRule(
  'only fromEnv and the command line read the environment',
  (sources) =>
    sources
      .filter((file) => isSource(file) && !SPEAKS.test(file.path) && file.path !== `${LIB}from-env.ts`)
      .flatMap((file) =>
        [...nodesOf(file.tree)]
          .filter((node) => ts.isPropertyAccessExpression(node) && node.name.text === 'env')
          .map((node) => at(file, node)),
      ),
  [
    [`${LIB}config.ts`, 'export const strict = process.env.STRICT;'],
    ['packages/express/src/index.ts', 'export const strict = (globalThis as Host).process?.env?.STRICT;'],
  ],
);

programRule(
  'only lib/host.ts warns',
  identifiers((file) => isSource(file) && file.path !== `${LIB}host.ts`, 'emitWarning'),
  [[`${LIB}secrets.ts`, "process.emitWarning('short');"]],
);

programRule(
  'nothing in lib only passes on what other files export',
  (sources) =>
    sources.filter(isLib).flatMap((file) => [
      ...(file.path.endsWith('/index.ts') ? [`${file.path} is a barrel`] : []),
      ...importsOf(file)
        .filter(({ reExport }) => reExport)
        .map(({ from }) => `${file.path} passes on ${from}`),
    ]),
  [
    [`${LIB}scheme/index.ts`, ''],
    [`${LIB}scheme/scheme.ts`, "export { hmac } from './hmac.ts';"],
  ],
);

fileRule(
  'no file or folder is named for being useful',
  (all) =>
    all
      .filter(({ path }) => /(?:^|\/)(?:utils?|helpers?|common|misc|shared)(?:[./]|$)/i.test(path))
      .map(({ path }) => path),
  [
    [`${LIB}utils.ts`, ''],
    ['test/helpers/server.ts', ''],
  ],
);

programRule(
  'no default exports, but in configuration files and where a framework looks for one',
  (sources) =>
    sources
      .filter(
        ({ path }) =>
          !/(?:\.config\.[cm]?[jt]s|(?:^|\/)\.size-limit\.js|(?:^|\/)pages\/.*\.tsx?|\/worker\.js)$/.test(path),
      )
      .flatMap((file) =>
        file.tree.statements
          .filter(
            (statement) =>
              ts.isExportAssignment(statement) ||
              (isExported(statement) &&
                ts.canHaveModifiers(statement) &&
                ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)),
          )
          .map((statement) => at(file, statement)),
      ),
  [
    [`${PROVIDERS}acme.ts`, 'export default function acme() {}'],
    ['test/src/bench.ts', 'const bench = 1;\nexport default bench;'],
  ],
);

fileRule(
  'programs have kebab-case names',
  (all) =>
    all
      .filter(isProgram)
      .filter(
        ({ path }) =>
          !/^(?:\.?[a-z0-9]+(?:-[a-z0-9]+)*\/)*\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|config|d|module|controller))?\.[cm]?[jt]sx?$/.test(
            path,
          ),
      )
      .map(({ path }) => path),
  [
    [`${LIB}memoryStore.ts`, ''],
    [`${LIB}Claims/identity.ts`, ''],
  ],
);

programRule(
  'no classes but errors, no enums',
  (sources) =>
    sources
      .filter(isSource)
      .flatMap((file) =>
        [...nodesOf(file.tree)]
          .filter(
            (node) =>
              ts.isEnumDeclaration(node) ||
              (ts.isClassLike(node) &&
                !node.heritageClauses?.some(({ types }) =>
                  types.some(({ expression }) => /Error$/.test(expression.getText(file.tree))),
                )),
          )
          .map((node) => at(file, node)),
      ),
  [
    [`${LIB}receiver.ts`, 'export class Receiver {}'],
    [`${LIB}reasons.ts`, 'export enum Reason { Stale }'],
  ],
);

const MUTATORS = [
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'set',
  'add',
  'delete',
  'clear',
];

programRule('no module keeps state of its own', (sources) => sources.filter(isSource).flatMap(moduleState), [
  [`${LIB}host.ts`, 'let warned = false;'],
  [
    `${LIB}host.ts`,
    'const said = new Map<string, number>();\nexport const tell = (code: string) => said.set(code, 1);',
  ],
  [`${LIB}claims/memory-store.ts`, 'const seen: string[] = [];\nexport function see(key: string) { seen.push(key); }'],
  [`${LIB}record.ts`, 'const counts = { all: 0 };\nexport function count() { counts.all++; }'],
  [
    `${LIB}record.ts`,
    'const counts: Record<string, number> = {};\nexport function count(key: string) { counts[key] = 1; }',
  ],
  [`${LIB}redact.ts`, 'const CONTROL = /x/g;'],
]);

/** `let`, regular expressions that remember where they stopped, and constants whose contents some statement changes. */
function moduleState(file: Source): string[] {
  const { tree } = file;
  const found: string[] = [];
  const constants = new Set<string>();
  for (const statement of tree.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const { declarationList } = statement;
    if ((declarationList.flags & ts.NodeFlags.Const) === 0) found.push(at(file, statement));
    for (const name of declaredNames(statement)) constants.add(name);
    for (const { initializer } of declarationList.declarations) {
      if (initializer && ts.isRegularExpressionLiteral(initializer) && /\/[a-z]*[gy][a-z]*$/.test(initializer.text))
        found.push(at(file, statement));
    }
  }
  for (const node of nodesOf(tree)) {
    const target = changed(node);
    if (target !== undefined && ts.isIdentifier(target) && constants.has(target.text) && !isShadowed(target))
      found.push(at(file, node));
  }
  return found;
}

/** The object that an expression changes: `x` of `x.push(…)`, `x.y = …`, `x[y]++`, `delete x.y`. */
function changed(node: ts.Node): ts.Node | undefined {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return MUTATORS.includes(node.expression.name.text) ? node.expression.expression : undefined;
  const target = ts.isBinaryExpression(node)
    ? node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
      ? node.left
      : undefined
    : ts.isDeleteExpression(node)
      ? node.expression
      : (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) &&
          (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
        ? node.operand
        : undefined;
  return target && (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target))
    ? target.expression
    : undefined;
}

/** True where a function between the name and the module declares the name anew. */
function isShadowed(name: ts.Identifier): boolean {
  for (let scope: ts.Node = name.parent; !ts.isSourceFile(scope); scope = scope.parent) {
    if (ts.isFunctionLike(scope) && scope.parameters.some((parameter) => parameter.name.getText() === name.text))
      return true;
    if (ts.isBlock(scope) && scope.statements.some((statement) => declaredNames(statement).includes(name.text)))
      return true;
  }
  return false;
}

programRule(
  'every exported declaration has a doc comment',
  (sources) =>
    sources
      .filter((file) => isSource(file))
      .flatMap((file) => {
        const documented = new Set<string>();
        return file.tree.statements.filter(isExported).flatMap((statement) => {
          const names = declaredNames(statement);
          // Of an overloaded function, the first declaration speaks for all.
          if (names.some((name) => documented.has(name))) return [];
          for (const name of names) documented.add(name);
          return ts.getJSDocCommentsAndTags(statement).length > 0 ? [] : [at(file, statement)];
        });
      }),
  [
    [`${LIB}sign.ts`, '// not one\nexport function sign() {}'],
    ['packages/express/src/index.ts', '/** one */\nexport type A = 1;\nexport interface B {}'],
  ],
);

fileRule(
  'a source file has at most 300 lines',
  (all) =>
    all
      .filter(isSource)
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > 300)
      .map(({ path, lines }) => `${path} has ${lines} lines`),
  [[`${LIB}receiver.ts`, 'x;\n'.repeat(301)]],
);

programRule(
  'a framework’s adapter has at most 150 lines of code in all, without comments and blank lines',
  (sources) => {
    const sizes = new Map<string, number>();
    for (const file of sources.filter(isSource)) {
      const [, name = ''] = /^packages\/([^/]+)\//.exec(file.path) ?? [];
      if (!/^(?:core|cli|testing|redis|postgres)$/.test(name))
        sizes.set(name, (sizes.get(name) ?? 0) + linesOfCode(file));
    }
    return [...sizes]
      .filter(([, lines]) => lines > 150)
      .map(([name, lines]) => `packages/${name}/src/index.ts and the rest have ${lines} lines of code`);
  },
  [['packages/koa/src/index.ts', 'x;\n'.repeat(151)]],
);

/** Lines with something on them that is not a comment. */
function linesOfCode({ tree }: Source): number {
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node) || node.kind === ts.SyntaxKind.EndOfFileToken) return;
    // Punctuation is among the children here, as it is not in `forEachChild`.
    const children = node.getChildren(tree);
    children.forEach(visit);
    if (children.length === 0 && node.getWidth(tree) > 0)
      lines.add(tree.getLineAndCharacterOfPosition(node.getStart(tree)).line);
  };
  visit(tree);
  return lines.size;
}

fileRule(
  'no file names a place on somebody’s machine',
  (all) =>
    all.filter(({ text }) => /(?<![\w.+/-])\/(?:work|root|home|Users)\/[\w.]/.test(text)).map(({ path }) => path),
  [
    ['README.md', `Run it in ${['', 'home', 'me', 'postern'].join('/')}.`],
    ['test/corpus/README.md', `from ${['', 'work', 'corpus'].join('/')}`],
  ],
);

fileRule(
  'no file names a registry’s host, and the lockfile no host at all',
  (all) =>
    all
      .filter(({ path, text }) =>
        path === 'pnpm-lock.yaml'
          ? /https?:\/\/|tarball:/.test(text)
          : /\/\/(?:registry|npm|artifacts?|nexus|verdaccio)\.[\w-]+/i.test(text),
      )
      .map(({ path }) => path),
  [
    ['.npmrc', `registry=https:/${['', 'registry', 'example.org'].join('/').replace('y/e', 'y.e')}/`],
    ['pnpm-lock.yaml', 'resolution: {tarball: https://packages.example/x.tgz}'],
  ],
);

describe('providers', () => {
  const all = programs.filter(isProvider);
  const index = programs.find(({ path }) => path === `${PROVIDERS}index.ts`);

  it('are listed one line each, in order, with their settings', () => {
    const listed = (index?.tree.statements ?? []).map((statement) => {
      if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause))
        throw new Error(`providers/index.ts holds more than exports: ${statement.getText()}`);
      const from =
        statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier)
          ? statement.moduleSpecifier.text
          : '';
      return { from, names: statement.exportClause.elements.map(({ name }) => name.text).sort() };
    });
    expect(listed).toEqual(
      all.map(({ path, tree }) => ({
        from: `./${path.slice(PROVIDERS.length)}`,
        names: tree.statements.filter(isExported).flatMap(declaredNames).sort(),
      })),
    );
    expect(listed.map(({ from }) => from)).toEqual(listed.map(({ from }) => from).sort());
    expect(listed.length).toBeGreaterThanOrEqual(6);
  });

  it.each(all.map((file) => [file.path.slice(PROVIDERS.length, -'.ts'.length), file] as const))(
    '%s is the name of its file, of what it registers and, in camel case, of its function',
    (name, file) => {
      expect(
        file.tree.statements
          .filter(isExported)
          .flatMap((statement) => (ts.isFunctionDeclaration(statement) ? declaredNames(statement) : [])),
      ).toEqual([camelCase(name)]);
      expect(registeredNames(file)).toEqual([name]);
    },
  );

  it('name the vendor’s page, in the data and in the doc comment', () => {
    for (const { path, text } of all) {
      expect(text, path).toMatch(/^ \* @see https:\/\/\S+$/m);
      expect(text, path).toMatch(/^\s+docs: 'https:\/\/\S+',$/m);
    }
  });
});

function registeredNames({ tree }: Source): string[] {
  return [...nodesOf(tree)].flatMap((node) => {
    if (!ts.isCallExpression(node) || node.expression.getText(tree) !== 'defineProvider') return [];
    const [data] = node.arguments;
    if (data === undefined || !ts.isObjectLiteralExpression(data)) return [];
    return data.properties.flatMap((property) =>
      ts.isPropertyAssignment(property) &&
      property.name.getText(tree) === 'name' &&
      ts.isStringLiteral(property.initializer)
        ? [property.initializer.text]
        : [],
    );
  });
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

describe('the program itself', () => {
  it('sees the files that it judges', () => {
    const paths = programs.map(({ path }) => path);
    for (const known of [
      `${CORE}index.ts`,
      `${LIB}crypto.ts`,
      TWIN,
      `${LIB}node/exchange.ts`,
      `${PROVIDERS}stripe.ts`,
      'packages/express/src/index.ts',
      'test/architecture.test.ts',
    ])
      expect(paths).toContain(known);
    expect(paths.some((path) => path.includes('node_modules'))).toBe(false);
  });
});
