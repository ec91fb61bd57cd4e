import { describeProvider } from './describe-provider.ts';
import { unknownProvider } from './known-providers.ts';
import { Misuse } from './misuse.ts';
import type { Output } from './output.ts';

/** How ranges are printed. */
export const RANGE_FORMATS = ['cidr', 'nginx', 'terraform', 'json'] as const;

/** One of `RANGE_FORMATS`. */
export type RangeFormat = (typeof RANGE_FORMATS)[number];

interface Published {
  readonly name: string;
  readonly asOf: string;
  readonly source: string;
  readonly list?: string | undefined;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** Of those that sign nothing. */
const WHO_IT_IS: Readonly<Record<string, string>> = {
  none: 'it proves nothing, so the guard must ask it back: use confirm.',
  'static-token': 'only its token says who it is.',
  basic: 'only its password says who it is.',
};
const YEAR_MS = 31_536_000_000;

/** Prints the dated ranges of a provider, for a firewall or a proxy. @throws Misuse for a name that is not registered, or where no ranges are known */
export async function printRanges(
  name: string,
  format: RangeFormat,
  { out, err }: { readonly out: Output; readonly err: Output },
): Promise<number> {
  const published = findRanges(name);
  if (Date.now() - Date.parse(published.asOf) > YEAR_MS)
    await err.line(`postern: these were read more than a year ago. Compare them with ${published.source}`);
  for (const line of WRITERS[format](published)) await out.line(line);
  return 0;
}

function findRanges(name: string): Published {
  const provider = describeProvider(name);
  if (provider === undefined) throw unknownProvider(name);
  const { addresses } = provider;
  if (addresses === undefined)
    throw new Misuse(
      `${name} publishes no addresses that are known here: ${WHO_IT_IS[provider.kind] ?? 'only its signature says who it is.'}`,
    );
  const { ranges, hosts, list, asOf, source } = addresses;
  if (ranges.length === 0)
    throw new Misuse(
      hosts === undefined
        ? `${name} publishes its addresses as a list to be fetched: ${list} (${source}).`
        : `${name} publishes the names of its hosts and no ranges: ${hosts.join(', ')} (${source}). What they resolve to changes, so it is not printed here.`,
    );
  const isIpv6 = (range: string) => range.includes(':');
  return {
    name,
    asOf,
    source,
    list,
    ipv4: ranges.filter((range) => !isIpv6(range)),
    ipv6: ranges.filter(isIpv6),
  };
}

const WRITERS: Readonly<Record<RangeFormat, (published: Published) => readonly string[]>> = {
  cidr: (published) => [...comments(published), ...published.ipv4, ...published.ipv6],
  nginx: (published) => [
    ...comments(published),
    ...[...published.ipv4, ...published.ipv6].map((range) => `allow ${range};`),
    'deny all;',
  ],
  terraform: (published) => {
    const prefix = published.name.replaceAll('-', '_');
    return [
      ...comments(published),
      'locals {',
      ...listOf(`${prefix}_webhook_cidr_blocks`, published.ipv4),
      ...listOf(`${prefix}_webhook_ipv6_cidr_blocks`, published.ipv6),
      '}',
    ];
  },
  json: ({ name, ...published }) => [JSON.stringify({ provider: name, ...published })],
};

/** All three formats begin a comment alike. */
function comments({ name, asOf, source, list }: Published): readonly string[] {
  return [
    `# ${name}: where its webhooks come from, as read on ${asOf}. It may have changed since.`,
    `# ${source}`,
    ...(list === undefined ? [] : [`# The list in force: ${list}`]),
  ];
}

function listOf(name: string, ranges: readonly string[]): readonly string[] {
  if (ranges.length === 0) return [`  ${name} = []`];
  return [`  ${name} = [`, ...ranges.map((range) => `    "${range}",`), '  ]'];
}
