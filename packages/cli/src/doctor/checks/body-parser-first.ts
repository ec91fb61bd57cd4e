import { mountsOf, runsFor } from '../express-mounts.ts';
import type { Check, Found } from '../finding.ts';
import { type Guard, parametersOf } from '../guards.ts';
import { calledFrom, moduleOf } from '../imports.ts';
import { folderOf, unitOf } from '../places.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../sources.ts';
import {
  argumentsOf,
  isCall,
  isFunction,
  lineOf,
  nameOfNode,
  nodeAt,
  type Program,
  type SyntaxNode,
} from '../syntax.ts';
import { readOptions, resolve, textsOf } from '../values.ts';

/** Parsers that take the signed bytes away before the guard sees them. */
export const bodyParserFirst: Check = {
  id: 'body-parser-first',
  answers: ['LiasonPay: always verify signatures, over the bytes that came'],
  run(project) {
    const { sources, guards } = project;
    return [
      ...sources.flatMap((source) => lookAtExpress(source, project)),
      ...guards.flatMap(lookAtPages),
      ...lookAtNest(project),
    ];
  },
};

/** `app.use(express.json())` above the place where a guard is mounted, in one file or through what it imports; or in the same mount. */
function lookAtExpress(source: SourceFile, { guards, sources }: Project): readonly Found[] {
  const { program, imports, path } = source;
  const mounts = mountsOf(source);
  return mounts.flatMap((parser, index): readonly Found[] => {
    const first = parser.handlers.findIndex((one) => parses(source, one));
    if (first === -1) return [];
    const isGuarded = parser.handlers.slice(first + 1).some(leadsToGuard);
    const later = mounts
      .slice(index + 1)
      .find((one) => one.app === parser.app && runsFor(parser, one) && one.handlers.some(leadsToGuard));
    const guarded = isGuarded ? parser : parser.method === 'use' ? later : undefined;
    if (guarded === undefined) return [];
    return [
      {
        level: 'error',
        file: path,
        line: lineOf(parser.at),
        what: `a body parser runs before the guard (line ${lineOf(guarded.at)}): every delivery is answered 500`,
        remedy: 'Mount the parser after the guard’s route, or keep the bytes: express.json({ verify: keepRawBody }).',
      },
    ];
  });

  function leadsToGuard(node: SyntaxNode): boolean {
    if (guards.some(({ receives, call }) => receives && call === node)) return true;
    const required = moduleOf(node.type === 'MemberExpression' ? nodeAt(node, 'object') : node);
    if (required !== undefined) return holdsGuard(required, '*');
    const name = nameOfNode(node.type === 'Identifier' ? node : undefined);
    if (name === undefined) return false;
    const declared = program.nodes.find(
      (one) => one.type === 'VariableDeclarator' && nameOfNode(nodeAt(one, 'id')) === name,
    );
    const init = nodeAt(declared, 'init');
    if (init !== undefined && guards.some(({ receives, call }) => receives && call === init)) return true;
    const imported = imports.find(({ local }) => local === name);
    return imported !== undefined && holdsGuard(imported.from, imported.name);
  }

  function holdsGuard(from: string, name: string): boolean {
    if (!from.startsWith('.')) return false;
    const target = resolvePath(folderOf(path), from);
    return sources.some((one) => {
      if (!isModule(one.path, target)) return false;
      // A handler of the application's own may stand beside the guard.
      const own = one.program.nodes.find(
        (node) =>
          nameOfNode(nodeAt(node, 'id')) === name &&
          isFunction(node.type === 'VariableDeclarator' ? nodeAt(node, 'init') : node),
      );
      return guards.some(
        ({ receives, source: there, call }) =>
          receives && there === one && (own === undefined || (call.start >= own.start && call.end <= own.end)),
      );
    });
  }
}

/** True for parsers that leave no bytes behind. `verify` may keep them; `type` may leave deliveries alone. */
function parses(source: SourceFile, node: SyntaxNode): boolean {
  const call = resolve(source.program, node);
  if (!isCall(call)) return false;
  const called = calledFrom(source.imports, call);
  const known =
    (called?.from === 'express' && /^(?:json|urlencoded|text)$/.test(called.name)) ||
    (called?.from === 'body-parser' && /^(?:json|urlencoded|text|default)$/.test(called.name));
  if (!known) return false;
  const [given] = argumentsOf(call);
  if (given === undefined) return true;
  const { values, open } = readOptions(source.program, given);
  const [verify, type] = [values.get('verify'), values.get('type')];
  if (open || (verify !== undefined && !keepsText(source.program, verify))) return false;
  return type === undefined || textsOf(source.program, type).some(({ text }) => JSON_TYPE.test(text));
}

/** What stands for `application/json`, among others or alone. */
const JSON_TYPE = /^\s*(?:json|application\/(?:json|\*)|\*\/(?:\*|json))\s*(?:;|$)/i;

/** True for a `verify` that makes a text of the bytes and keeps nothing else: what is no UTF-8 is lost in it, and the guard takes none. */
function keepsText(program: Program, verify: SyntaxNode): boolean {
  const inner = resolve(program, verify);
  const body = isFunction(inner)
    ? inner
    : program.nodes.find(
        (one) => one.type === 'FunctionDeclaration' && nameOfNode(nodeAt(one, 'id')) === nameOfNode(inner),
      );
  const bytes = parametersOf(body)[2] ?? '';
  if (body === undefined || bytes === '') return false;
  const [parameter, ...uses] = program.nodes.filter(
    (one) => one.type === 'Identifier' && one.name === bytes && one.start >= body.start && one.end <= body.end,
  );
  const texts = uses.filter((use) => memberOf(use) === 'toString');
  return parameter !== undefined && texts.length > 0 && uses.every((use) => texts.includes(use) || isAsked(use));

  function memberOf(use: SyntaxNode): string | undefined {
    const parent = program.parentOf(use);
    return parent !== undefined && /MemberExpression$/.test(parent.type) && nodeAt(parent, 'object') === use
      ? nameOfNode(nodeAt(parent, 'property'))
      : undefined;
  }

  /** `if (bytes && bytes.length)` keeps nothing. */
  function isAsked(use: SyntaxNode): boolean {
    const parent = program.parentOf(use);
    if (/^(?:length|byteLength)$/.test(memberOf(use) ?? '')) return true;
    return parent?.type === 'LogicalExpression'
      ? parent.operator === '&&' && nodeAt(parent, 'left') === use
      : nodeAt(parent, 'test') === use;
  }
}

/** An API route of Next.js, whose bodies are parsed unless its `config` says otherwise. */
function lookAtPages({ source, line, from }: Guard): readonly Found[] {
  if (from !== '@postern/next/pages' || !/(?:^|\/)pages\/api\//.test(source.path)) return [];
  const isOff = source.program.nodes.some(
    (node) =>
      node.type === 'ObjectProperty' &&
      nameOfNode(nodeAt(node, 'key')) === 'bodyParser' &&
      nodeAt(node, 'value')?.type === 'BooleanLiteral' &&
      nodeAt(node, 'value')?.value === false,
  );
  if (isOff) return [];
  return [
    {
      level: 'error',
      file: source.path,
      line,
      what: 'Next.js parses the body before the guard: every delivery is answered 500',
      remedy: 'Add to the file: export const config = { api: { bodyParser: false } };',
    },
  ];
}

/** NestJS parses too, unless it is told to keep the bytes. */
function lookAtNest({ sources, guards, manifests }: Project): readonly Found[] {
  return sources.flatMap(({ path, program, imports }) =>
    program.nodes.filter(isCall).flatMap((call): readonly Found[] => {
      const called = calledFrom(imports, call);
      if (called?.from !== '@nestjs/core' || called.name !== 'NestFactory.create') return [];
      const guarded = guards.some(
        ({ receives, from, source }) =>
          receives && from === '@postern/core/node' && unitOf(source.path, manifests) === unitOf(path, manifests),
      );
      const options = argumentsOf(call)
        .slice(1)
        .map((one) => readOptions(program, one));
      // A platform's adapter may stand before the options.
      const told = options.some(
        ({ values, open }) => values.has('rawBody') || values.has('bodyParser') || (open && options.length === 1),
      );
      if (!guarded || told) return [];
      return [
        {
          level: 'error',
          file: path,
          line: lineOf(call),
          what: 'NestJS parses bodies before the guard, and keeps no bytes',
          remedy: 'Write NestFactory.create(AppModule, { rawBody: true }).',
        },
      ];
    }),
  );
}

function resolvePath(folder: string, from: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/').replace(/\.[cm]?[jt]sx?$/, '');
}

function isModule(path: string, target: string): boolean {
  const bare = path.replace(/\.[cm]?[jt]sx?$/, '');
  return bare === target || bare === `${target}/index`;
}
