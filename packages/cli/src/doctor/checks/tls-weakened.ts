import { deploymentFiles } from '../deployment.ts';
import { roleOf } from '../env-files.ts';
import type { Check, Found } from '../finding.ts';
import { lineAt } from '../places.ts';
import { isSourcePath, type SourceFile } from '../sources.ts';
import { lineOf, nameOfNode, nodeAt, nodesIn, pathOfNode } from '../syntax.ts';
import { textOf } from '../values.ts';

/** `NAME=0` and `NAME: 0`; Kubernetes' `name: NAME` with a `value` beside it; Docker's old `ENV NAME 0`. */
const OFF =
  /\bNODE_TLS_REJECT_UNAUTHORIZED["']?(?:\s*[=:]|[\s,]+["']?value["']?\s*:|(?<=\bENV\s+NODE_TLS_REJECT_UNAUTHORIZED)[ \t])\s*["']?0\b/;
const OLD_FLAG = /--tls-min-v1\.[01]\b/;
const OLD_NGINX = /^\s*ssl_protocols\b[^;#]*\b(?:SSLv[23]|TLSv1|TLSv1\.1)(?=[\s;])/m;

const UNCHECKED = 'certificates are not checked: whoever is on the way can be anybody';
const OLD = 'TLS below 1.2 is taken';

/** Certificates unchecked, and old TLS. */
export const tlsWeakened: Check = {
  id: 'tls-weakened',
  answers: [
    'Pagamio: validate certificates, TLS 1.2 or higher',
    'LiasonPay: TLS 1.2 or higher, secure ciphers; validate certificates, never disable it',
    'FinConnect: requests to providers go over HTTPS',
  ],
  run(project) {
    const inFiles = deploymentFiles(project)
      .filter(({ path }) => !isSourcePath(path))
      .flatMap(({ path, text }): readonly Found[] => {
        const bare = text.replace(/^[ \t]*#.*$/gm, (line) => ' '.repeat(line.length));
        const level = roleOf(path) === 'development' ? 'warning' : 'error';
        return [
          ...tellMatch(level, path, bare, OFF, UNCHECKED),
          ...tellMatch(level, path, bare, OLD_FLAG, OLD),
          ...(/\.conf$/i.test(path) ? tellMatch(level, path, bare, OLD_NGINX, OLD) : []),
        ];
      });
    return [...inFiles, ...project.sources.flatMap(lookAtSource)];
  },
};

function tellMatch(level: Found['level'], path: string, text: string, pattern: RegExp, what: string): readonly Found[] {
  const match = pattern.exec(text);
  return match ? [tell(level, path, lineAt(text, match.index + match[0].search(/\S/)), what)] : [];
}

function lookAtSource({ path, program }: SourceFile): readonly Found[] {
  return program.nodes.flatMap((node): readonly Found[] => {
    if (node.type === 'AssignmentExpression') {
      const off = pathOfNode(nodeAt(node, 'left')) === 'process.env.NODE_TLS_REJECT_UNAUTHORIZED';
      const value = nodeAt(node, 'right');
      const zero = textOf(program, value) === '0' || (value?.type === 'NumericLiteral' && value.value === 0);
      return off && zero ? [tell('error', path, lineOf(node), UNCHECKED)] : [];
    }
    if (node.type !== 'ObjectProperty') return [];
    const value = nodeAt(node, 'value');
    const key = nameOfNode(nodeAt(node, 'key'));
    if (key === 'rejectUnauthorized' && value?.type === 'BooleanLiteral' && value.value === false) {
      const around = program.parentOf(node);
      // A server that asks clients for certificates, and judges them itself, says so beside it.
      if (nodesIn(around?.properties).some((one) => nameOfNode(nodeAt(one, 'key')) === 'requestCert')) return [];
      const holder = around && program.parentOf(around);
      const database = holder?.type === 'ObjectProperty' && nameOfNode(nodeAt(holder, 'key')) === 'ssl';
      return [tell(database ? 'warning' : 'error', path, lineOf(node), UNCHECKED)];
    }
    const text = textOf(program, value) ?? '';
    if (key === 'minVersion' && /^TLSv1(?:\.1)?$/.test(text)) return [tell('error', path, lineOf(node), OLD)];
    if (key === 'secureProtocol' && /^(?:SSLv|TLSv1_(?:1_)?(?:server_|client_)?method)/.test(text))
      return [tell('error', path, lineOf(node), OLD)];
    return [];
  });
}

function tell(level: Found['level'], file: string, line: number, what: string): Found {
  const remedy =
    what === OLD
      ? 'Take TLS 1.2 and 1.3 alone, which is what Node does by itself.'
      : 'Take it away. For an authority of your own, give its certificate: NODE_EXTRA_CA_CERTS, or the option ca.';
  return { level, file, line, what, remedy };
}
