import { proxySigns, signsFor } from '../deployment.ts';
import type { Check, Found } from '../finding.ts';
import { calledFrom, makesFastify } from '../imports.ts';
import { isTestPath, unitOf } from '../places.ts';
import type { Project } from '../project.ts';
import { isSourcePath, type SourceFile } from '../sources.ts';
import { isCall, lineOf, nameOfNode, nodeAt, pathOfNode, type SyntaxNode } from '../syntax.ts';
import { declarationsOf, numberOf } from '../values.ts';

const LIMITS_OF_NODE = 'the server has Node’s own limits: 60 s for a head, 300 s for a request';
const LIMITS_OF_FASTIFY = 'the server has Fastify’s own limits: 60 s for a head, and none for a request';
const REMEDY = 'Call hardenServer(server) of @postern/core/node: a head within 10 s, a request within 30 s.';

/** Servers that wait for slow senders for minutes, with nothing in front of them. */
export const serverNotHardened: Check = {
  id: 'server-not-hardened',
  answers: ['Pagamio: protection against floods', 'LiasonPay: limits'],
  run(project) {
    const signs = proxySigns(project);
    return unitsWithGuards(project).flatMap((sources): readonly Found[] => {
      const off = sources.flatMap(limitsTakenOff);
      if (off.length > 0 || sources.some(isHardened)) return off;
      const found = sources.flatMap((source) => {
        const server = serverOf(source) ?? fastifyOf(source, project);
        return server === undefined || signsFor(signs, source.path, project).length > 0 ? [] : [{ source, server }];
      })[0];
      if (found === undefined) return [];
      const fastify = makesFastify(found.source.imports, found.server);
      return [
        {
          level: 'note',
          file: found.source.path,
          line: lineOf(found.server),
          what: fastify ? LIMITS_OF_FASTIFY : LIMITS_OF_NODE,
          remedy: fastify ? REMEDY.replace('(server)', '(app.server)') : REMEDY,
        },
      ];
    });
  },
};

/** The programs of each package in which deliveries come in. */
function unitsWithGuards({ sources, guards, manifests }: Project): readonly (readonly SourceFile[])[] {
  const units = new Set(guards.filter(({ receives }) => receives).map(({ source }) => unitOf(source.path, manifests)));
  return [...units].map((unit) => sources.filter(({ path }) => unitOf(path, manifests) === unit));
}

function isHardened({ program, imports }: SourceFile): boolean {
  if (imports.some(({ name }) => name === 'hardenServer')) return true;
  const limits = /\.(?:requestTimeout|headersTimeout)$/;
  return program.nodes.some(
    (node) =>
      (node.type === 'AssignmentExpression' && limits.test(pathOfNode(nodeAt(node, 'left')) ?? '')) ||
      (node.type === 'ObjectProperty' &&
        /^(?:requestTimeout|headersTimeout)$/.test(nameOfNode(nodeAt(node, 'key')) ?? '')),
  );
}

function limitsTakenOff({ path, program }: SourceFile): readonly Found[] {
  return program.nodes.flatMap((node): readonly Found[] => {
    const target = pathOfNode(nodeAt(node, 'left')) ?? '';
    if (node.type !== 'AssignmentExpression' || !/\.(?:requestTimeout|headersTimeout)$/.test(target)) return [];
    if (numberOf(program, nodeAt(node, 'right')) !== 0) return [];
    return [
      {
        level: 'warning',
        file: path,
        line: lineOf(node),
        what: 'a limit on slow senders is switched off',
        remedy: REMEDY,
      },
    ];
  });
}

/** The call that makes a server of Node's: Next.js makes its own elsewhere. */
function serverOf({ program, imports }: SourceFile): SyntaxNode | undefined {
  return program.nodes.filter(isCall).find((call) => {
    const called = calledFrom(imports, call);
    if (called?.name === 'createServer' && /^(?:node:)?https?$/.test(called.from)) return true;
    if (called?.name === 'serve' && called.from === '@hono/node-server') return true;
    const [, object] = /^(\w+)\.listen$/.exec(pathOfNode(nodeAt(call, 'callee')) ?? '') ?? [];
    if (object === undefined) return false;
    const made = declarationsOf(program, object)[0];
    return isCall(made) && calledFrom(imports, made)?.from === 'express';
  });
}

/** The call that makes a server of Fastify's, in a program that listens: one that runs as a function has no server. */
function fastifyOf(source: SourceFile, { files, manifests }: Project): SyntaxNode | undefined {
  const unit = unitOf(source.path, manifests);
  const listens = files.some(
    ({ path, text }) =>
      isSourcePath(path) && !isTestPath(path) && unitOf(path, manifests) === unit && /\.listen\(/.test(text),
  );
  return listens ? source.program.nodes.find((node) => isCall(node) && makesFastify(source.imports, node)) : undefined;
}
