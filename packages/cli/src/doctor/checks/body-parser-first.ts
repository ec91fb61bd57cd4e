import type { Check, Found } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { calledFrom } from '../imports.ts';
import { folderOf, unitOf } from '../places.ts';
import type { Project } from '../project.ts';
import type { SourceFile } from '../sources.ts';
import { argumentsOf, isCall, lineOf, nameOfNode, nodeAt, pathOfNode, type SyntaxNode } from '../syntax.ts';
import { readOptions, textOf } from '../values.ts';

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

/** `app.use(express.json())` above the place where a guard is mounted, in one file or through what it imports. */
function lookAtExpress(source: SourceFile, { guards, sources }: Project): readonly Found[] {
  const { program, imports, path } = source;
  const calls = program.nodes.filter(isCall);
  const parsers = calls.filter(
    (call) => /\.use$/.test(calleeOf(call)) && argumentsOf(call).some((one) => parses(source, one)),
  );
  return parsers.flatMap((parser): readonly Found[] => {
    const app = calleeOf(parser).replace(/\.use$/, '');
    const [prefix = '/'] = argumentsOf(parser).flatMap((one) => textOf(program, one) ?? []);
    const mount = calls.find((call) => {
      const [, object, method = ''] = /^(.+)\.(\w+)$/.exec(calleeOf(call)) ?? [];
      if (call.start <= parser.start || object !== app || !/^(?:use|all|get|post|put|route)$/.test(method))
        return false;
      const at = textOf(program, argumentsOf(call)[0]) ?? '/';
      return at.startsWith(prefix) && argumentsOf(call).some((one) => leadsToGuard(one));
    });
    if (mount === undefined) return [];
    return [
      {
        level: 'error',
        file: path,
        line: lineOf(parser),
        what: `a body parser runs before the guard (line ${lineOf(mount)}): every delivery is answered 500`,
        remedy: 'Mount the parser after the guard’s route, or keep the bytes: express.json({ verify: keepRawBody }).',
      },
    ];
  });

  function leadsToGuard(node: SyntaxNode): boolean {
    if (guards.some(({ receives, call }) => receives && call === node)) return true;
    const name = nameOfNode(node.type === 'Identifier' ? node : undefined);
    if (name === undefined) return false;
    const declared = program.nodes.find(
      (one) => one.type === 'VariableDeclarator' && nameOfNode(nodeAt(one, 'id')) === name,
    );
    const init = nodeAt(declared, 'init');
    if (init !== undefined && guards.some(({ receives, call }) => receives && call === init)) return true;
    const from = imports.find(({ local }) => local === name)?.from ?? '';
    if (!from.startsWith('.')) return false;
    const target = resolvePath(folderOf(path), from);
    return sources.some(
      (one) => isModule(one.path, target) && guards.some((guard) => guard.receives && guard.source === one),
    );
  }
}

function calleeOf(call: SyntaxNode): string {
  return pathOfNode(nodeAt(call, 'callee')) ?? '';
}

/** True for parsers that leave no bytes behind. `verify` keeps them; `type` may leave deliveries alone. */
function parses(source: SourceFile, node: SyntaxNode): boolean {
  if (!isCall(node)) return false;
  const called = calledFrom(source.imports, node);
  const known =
    (called?.from === 'express' && /^(?:json|urlencoded|text)$/.test(called.name)) ||
    (called?.from === 'body-parser' && /^(?:json|urlencoded|text|default)$/.test(called.name));
  if (!known) return false;
  const [given] = argumentsOf(node);
  if (given === undefined) return true;
  const { values, open } = readOptions(source.program, given);
  return !open && !values.has('verify') && !values.has('type');
}

/** An API route of Next.js, whose bodies are parsed unless its `config` says otherwise. */
function lookAtPages({ source, line, from }: Guard): readonly Found[] {
  if (from !== '@postern/next/pages' || !/(?:^|\/)pages\/api\//.test(source.path)) return [];
  if (/bodyParser["']?\s*:\s*false/.test(source.text)) return [];
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
