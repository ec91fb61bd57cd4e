import { RangesError } from './kept-ranges.ts';

/** Where the ranges stand in a JSON document. */
export interface ListPlace {
  /** A path of keys, or several: `'hooks'`, `'items.cidr'`. Arrays on the way are walked through. Default: known by the document. */
  readonly path?: string | readonly string[] | undefined;
  /** Takes only the objects of arrays whose fields have these values, or one of these: `{ service: 'AMAZON_CONNECT', region: ['eu-west-1'] }`. */
  readonly where?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

interface Shape {
  /** The keys by which such a document is known. */
  readonly keys: readonly string[];
  readonly path: readonly string[];
  readonly where?: ListPlace['where'];
  /** The list is a whole platform's, its customers' machines among them: without `where` it would let anybody in. */
  readonly needsWhere?: boolean;
}

/** Documents that are known, by their vendors' pages. */
const SHAPES: readonly Shape[] = [
  // GitHub: https://docs.github.com/en/rest/meta/meta
  { keys: ['hooks', 'web'], path: ['hooks'] },
  // Stripe: https://docs.stripe.com/ips
  { keys: ['WEBHOOKS'], path: ['WEBHOOKS'] },
  // Atlassian: https://support.atlassian.com/organization-administration/docs/ip-addresses-and-domains-for-atlassian-cloud-products/
  { keys: ['items', 'syncToken'], path: ['items.cidr'], where: { direction: 'egress' } },
  // AWS: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html
  {
    keys: ['prefixes', 'ipv6_prefixes'],
    path: ['prefixes.ip_prefix', 'ipv6_prefixes.ipv6_prefix'],
    needsWhere: true,
  },
  // Intercom: https://developers.intercom.com/docs/build-an-integration/learn-more/ip-allowlisting
  { keys: ['ip_ranges'], path: ['ip_ranges.range'], where: { service: 'INTERCOM-OUTBOUND' } },
  // Buildkite: https://buildkite.com/docs/apis/rest-api/meta
  { keys: ['webhook_ips'], path: ['webhook_ips'] },
];

/** Reads a vendor's list: JSON, or text with one range a line. @throws RangesError for what is neither */
export function readList(bytes: Uint8Array, { path, where }: ListPlace): readonly string[] {
  const text = decode(bytes);
  if (!/^\s*[[{]/.test(text)) return readLines(text);
  const document = parse(text);
  const shape = SHAPES.find(({ keys }) => isObject(document) && keys.every((key) => Object.hasOwn(document, key)));
  if (path === undefined && shape === undefined && !Array.isArray(document))
    throw new RangesError('the answer is JSON of no known shape: give path, which says where the ranges stand');
  if (path === undefined && shape?.needsWhere && where === undefined)
    throw new RangesError('the answer lists a whole platform, which anybody can send from: give where');
  const paths = path ?? shape?.path ?? [''];
  const wanted = where ?? (path === undefined ? shape?.where : undefined) ?? {};
  return (typeof paths === 'string' ? [paths] : paths).flatMap((one) =>
    walk(document, one === '' ? [] : one.split('.'), wanted),
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RangesError('the answer is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangesError('the answer is not JSON, though it begins like it');
  }
}

/** One range a line; empty lines and what follows a `#` are passed over. */
function readLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

function walk(value: unknown, keys: readonly string[], where: NonNullable<ListPlace['where']>): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => (isObject(item) && !isWanted(item, where) ? [] : walk(item, keys, where)));
  const [key, ...rest] = keys;
  if (key === undefined && typeof value === 'string') return [value];
  if (key === undefined || !isObject(value) || !Object.hasOwn(value, key))
    throw new RangesError('the answer has another shape than the ranges were looked for in');
  return walk(value[key], rest, where);
}

function isWanted(item: Record<string, unknown>, where: NonNullable<ListPlace['where']>): boolean {
  return Object.entries(where).every(([key, values]) => {
    const held = Object.hasOwn(item, key) ? item[key] : undefined;
    return [values].flat().some((value) => (Array.isArray(held) ? held.includes(value) : held === value));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
