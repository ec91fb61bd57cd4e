import type { Check, Found } from '../finding.ts';
import { parametersOf } from '../guards.ts';
import type { SourceFile } from '../sources.ts';
import {
  argumentsOf,
  isCall,
  isFunction,
  lineOf,
  nameOfNode,
  nodeAt,
  nodesIn,
  pathOfNode,
  type Program,
  type SyntaxNode,
} from '../syntax.ts';

const LOGS =
  /^(?:console|log|logger|\w*[lL]ogger|\w+\.log|\w+\.logger|this\.\w*log(?:ger)?)\.(?:log|info|debug|error|warn|trace|verbose|fatal)$|^log(?:ger)?$/;
const FROM_CALLER =
  /^(?:req|request|ctx|context|c|event)(?:\.(?:req|request|raw))?\.(?:body|rawBody|headers|rawHeaders)$/;

/** Bodies and headers in logs: personal data, cards, tokens. */
export const bodyLogged: Check = {
  id: 'body-logged',
  answers: [
    'Pagamio: logs hold no tokens, personal data, cards or passwords',
    'LiasonPay: mask what is displayed',
    'FinConnect: log internally, without what must stay secret',
  ],
  run({ sources, guards }) {
    const files = new Set(guards.filter(({ receives }) => receives).map(({ source }) => source));
    return [...files].flatMap((source) => {
      const deliveries = guards
        .filter((guard) => guard.source === source && guard.receives)
        .map(({ handler }) => parametersOf(handler)[0] ?? '')
        .filter((name) => name !== '');
      return sources.includes(source) ? lookAt(source, new Set([...deliveries, 'req.webhook', 'request.webhook'])) : [];
    });
  },
};

function lookAt({ path, program }: SourceFile, deliveries: ReadonlySet<string>): readonly Found[] {
  return program.nodes.filter(isCall).flatMap((call): readonly Found[] => {
    if (!LOGS.test(pathOfNode(nodeAt(call, 'callee')) ?? '')) return [];
    if (!argumentsOf(call).some((argument) => holdsBody(program, argument, deliveries))) return [];
    return [
      {
        level: 'warning',
        file: path,
        line: lineOf(call),
        what: 'a body or the headers of a delivery are logged',
        remedy: 'Log delivery.id and delivery.type, or the record that onVerdict gives: it holds nothing private.',
      },
    ];
  });
}

/** True where the whole of a body or of the headers is printed; a field of it is the author’s choice. */
function holdsBody(program: Program, node: SyntaxNode, deliveries: ReadonlySet<string>, depth = 0): boolean {
  if (depth > 10) return false;
  const inner = (one: SyntaxNode) => holdsBody(program, one, deliveries, depth + 1);
  const path = pathOfNode(node) ?? '';
  if (FROM_CALLER.test(path) || deliveries.has(path)) return true;
  if (path.endsWith('.body') && deliveries.has(path.slice(0, -'.body'.length))) return true;
  if (isCall(node)) {
    const callee = pathOfNode(nodeAt(node, 'callee')) ?? '';
    const [, object = ''] = /^(.+)\.(?:text|json|form)$/.exec(callee) ?? [];
    if (deliveries.has(object)) return true;
    return /^(?:JSON\.stringify|String|(?:util\.)?inspect)$/.test(callee) ? argumentsOf(node).some(inner) : false;
  }
  if (node.type === 'Identifier') return valuesOfName(program, node).some(inner);
  const parts = [
    ...(node.type === 'TemplateLiteral' ? nodesIn(node.expressions) : []),
    ...(node.type === 'ArrayExpression' ? nodesIn(node.elements) : []),
    ...(node.type === 'ObjectExpression' ? nodesIn(node.properties) : []),
    ...(node.type === 'BinaryExpression' ? [nodeAt(node, 'left'), nodeAt(node, 'right')] : []),
    ...(node.type === 'ObjectProperty' ? [nodeAt(node, 'value')] : []),
    ...(node.type === 'SpreadElement' ? [nodeAt(node, 'argument')] : []),
  ];
  return parts.some((part) => part !== undefined && inner(part));
}

/** What a name is initialised with in the functions around it, from the innermost that declares it: elsewhere it is another's. */
function valuesOfName(program: Program, node: SyntaxNode): readonly SyntaxNode[] {
  const name = String(node.name);
  const scopes: (SyntaxNode | undefined)[] = [];
  for (let around = functionAround(program, node); around !== undefined; around = functionAround(program, around))
    scopes.push(around);
  for (const scope of [...scopes, undefined]) {
    if (parametersOf(scope).includes(name)) return [];
    const found = program.nodes.filter(
      (one) =>
        one.type === 'VariableDeclarator' &&
        nameOfNode(nodeAt(one, 'id')) === name &&
        functionAround(program, one) === scope,
    );
    if (found.length > 0) return found.flatMap((one) => nodeAt(one, 'init') ?? []);
  }
  return [];
}

function functionAround(program: Program, node: SyntaxNode): SyntaxNode | undefined {
  let around = program.parentOf(node);
  while (around !== undefined && !isFunction(around)) around = program.parentOf(around);
  return around;
}
