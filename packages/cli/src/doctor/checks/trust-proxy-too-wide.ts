import type { Check, Found } from '../finding.ts';
import { makesFastify } from '../imports.ts';
import { argumentsOf, isCall, lineOf, nodeAt, pathOfNode, type SyntaxNode } from '../syntax.ts';
import { readOptions, resolve, textOf, textsOf } from '../values.ts';
import type { SourceFile } from '../sources.ts';

const ANYBODY = 'everybody counts as a trusted proxy, so everybody chooses their own address';
const REMEDY =
  'Name the proxies that are yours: their CIDR ranges, or "loopback" where the proxy runs beside the server.';

/** Trust in more proxies than there are. */
export const trustProxyTooWide: Check = {
  id: 'trust-proxy-too-wide',
  answers: ['Pagamio: IP allowlist configured and restricted', 'LiasonPay: restrict webhooks to its addresses'],
  run({ guards, sources }) {
    const inGuards = guards.flatMap(({ source, values }) => {
      const given = values.get('trustProxy');
      if (given === undefined) return [];
      const value = resolve(source.program, given);
      // It may be an object: { proxies: […], header: '…' }.
      const lists =
        value.type === 'ObjectExpression' ? [...readOptions(source.program, value).values.values()] : [value];
      return lists.flatMap((list) => judge(source, list));
    });
    const guarded = guards.some(
      ({ receives, values }) => receives && (values.has('allow') || values.has('clientAddress')),
    );
    const inFrameworks = sources.flatMap((source) =>
      source.program.nodes.filter(isCall).flatMap((call): readonly Found[] => {
        const setting = trustsAll(source, call);
        if (setting === undefined) return [];
        return [
          {
            level: guarded ? 'warning' : 'note',
            file: source.path,
            line: lineOf(setting.node),
            what: `${setting.name}: ${ANYBODY}`,
            remedy: REMEDY,
          },
        ];
      }),
    );
    return [...inGuards, ...inFrameworks];
  },
};

/** `app.set('trust proxy', true)` and `app.enable('trust proxy')` of Express, `Fastify({ trustProxy: true })`. */
function trustsAll({ program, imports }: SourceFile, call: SyntaxNode): { name: string; node: SyntaxNode } | undefined {
  const given = argumentsOf(call);
  const callee = pathOfNode(nodeAt(call, 'callee')) ?? '';
  const isTrue = (node: SyntaxNode | undefined) => node?.type === 'BooleanLiteral' && node.value === true;
  if (/\.enable$/.test(callee) || (/\.set$/.test(callee) && isTrue(given[1])))
    return textOf(program, given[0]) === 'trust proxy' ? { name: 'trust proxy', node: call } : undefined;
  const node = makesFastify(imports, call) ? readOptions(program, given[0]).values.get('trustProxy') : undefined;
  return node && isTrue(resolve(program, node)) ? { name: 'trustProxy', node } : undefined;
}

function judge(source: SourceFile, list: SyntaxNode): readonly Found[] {
  return textsOf(source.program, list).flatMap(({ text, node }): readonly Found[] => {
    const place = { file: source.path, line: lineOf(node), remedy: REMEDY };
    const [, address = '', prefix = ''] = /^([\da-f.:]+)\/(\d+)$/i.exec(text) ?? [];
    if (prefix === '') return [];
    const bits = Number(prefix);
    if (bits === 0) return [{ ...place, level: 'error', what: `trustProxy: ${ANYBODY}` }];
    // The networks of large hosts are /13 or longer; private ones are shorter, and nobody’s.
    const own = /^(?:10|127)\./.test(address) || /^f[cd]/i.test(address);
    if (own || bits >= (address.includes(':') ? 16 : 8)) return [];
    return [
      { ...place, level: 'warning', what: `trustProxy: a range of /${bits} holds far more than proxies of yours` },
    ];
  });
}
