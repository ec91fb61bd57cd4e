// The reader of addresses, held against three others: Node's own, ipaddr.js where it is strict, and Node's writer of canonical text.
import { BlockList, isIP, SocketAddress } from 'node:net';
import { allowlist } from '@postern/core';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { fc } from '../src/fast-check.ts';
import { formatAddress, parseAddress } from '../../packages/core/src/lib/address/parse-address.ts';
import { isPublicAddress } from '../../packages/core/src/lib/address/public-address.ts';

const RUNS = { numRuns: 3000 };
const group = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16)),
  fc.constantFrom('0', '0000', 'ffff', 'FFFF', '00ff', '64', 'ff9b', '2002', '12345', ''),
);
const part = fc.oneof(fc.nat(300).map(String), fc.constantFrom('0', '00', '07', '255', '256', '0x7', ''));
const dotted = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
const fourParts = fc.ipV4();
const colons = fc
  .tuple(fc.array(group, { maxLength: 9 }), fc.option(fc.nat(8)), fc.option(fourParts))
  .map(([groups, gap, tail]) => {
    const all = tail === null ? [...groups] : [...groups, tail];
    if (gap !== null) all.splice(gap, 0, gap === 0 || gap === all.length ? ':' : '');
    return all.join(':');
  });
const mapped = fourParts.chain((text) => fc.constantFrom(`::ffff:${text}`, `0:0:0:0:0:FFFF:${text}`, `::${text}`));
const soup = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEFx.:%/[] '), maxLength: 46 });
const anyText = fc.oneof(fourParts, fc.ipV6(), dotted, colons, mapped, soup, fc.string({ maxLength: 50 }));

/** As it was read by ipaddr.js, with the strictness put around it. */
function reference(text: string): string | undefined {
  if (text.length > 45 || text.includes('%')) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined;
  // It takes `::1.2.3.4` for a mapped address, so it is not shown the dots.
  const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
  const spelt = tail.includes('.')
    ? text.slice(0, -tail.length) + [a * 256 + b, c * 256 + d].map((one) => one.toString(16)).join(':')
    : text;
  if (!spelt.includes(':') || !ipaddr.IPv6.isValid(spelt)) return undefined;
  const address = ipaddr.IPv6.parse(spelt);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  return text.includes('.') ? undefined : address.toRFC5952String();
}

const canonical = (text: string) => {
  const address = parseAddress(text);
  return address && formatAddress(address);
};

describe('parseAddress', () => {
  it('reads nothing that Node does not read, and everything but zone ids and doubtful dotted tails', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const doubtful = text.includes('%') || (text.includes('.') && text.includes(':') && isMapped(text) === false);
        expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0 && !doubtful);
      }),
      RUNS,
    );
  });

  it('reads what ipaddr.js reads under the same strictness, and writes it the same', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // ipaddr.js takes `::1:` and the like, which nobody else does.
        if (isIP(text) === 0) return;
        expect(canonical(text)).toBe(reference(text));
      }),
      RUNS,
    );
  });

  it('writes a text that it reads as the same address, and Node writes it so too', () => {
    fc.assert(
      fc.property(fc.oneof(fourParts, fc.ipV6(), colons, mapped), (text) => {
        const address = parseAddress(text);
        if (address === undefined) return;
        const written = formatAddress(address);
        expect(parseAddress(written)).toEqual(address);
        // Node writes the last two groups of some addresses as a dotted tail.
        const node = new SocketAddress({ address: written, family: address.length === 1 ? 'ipv4' : 'ipv6' }).address;
        if (!node.includes('.') || address.length === 1) expect(written).toBe(node);
      }),
      RUNS,
    );
  });

  it('never takes what is not text for an address', () => {
    for (const value of [undefined, null, 7, {}, ['192.0.2.7'], 0xc0000207n])
      expect(parseAddress(value as unknown as string)).toBeUndefined();
  });
});

describe('allowlist', () => {
  it('says what net.BlockList says, for any ranges', () => {
    const four = fc.tuple(fourParts, fc.integer({ min: 1, max: 32 }));
    const six = fc.tuple(
      fc.ipV6().filter((text) => !text.includes('.')),
      fc.integer({ min: 1, max: 128 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(four, six), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (list, more) => {
          // One for each family: a single one takes an IPv4 address to lie in IPv6 ranges as well, by its mapped form.
          const oracles = { ipv4: new BlockList(), ipv6: new BlockList() };
          const entries = list.flatMap(([text, bits]) => {
            const [network] = ipaddr.parseCIDR(`${text}/${bits}`);
            const first =
              network.kind() === 'ipv4'
                ? ipaddr.IPv4.networkAddressFromCIDR(`${text}/${bits}`).toString()
                : ipaddr.IPv6.networkAddressFromCIDR(`${text}/${bits}`).toString();
            // ::ffff:0:0/96 is IPv4 here, and IPv6 for BlockList.
            if (parseAddress(first)?.length === 1 && network.kind() === 'ipv6') return [];
            oracles[network.kind()].addSubnet(first, bits, network.kind());
            return [`${first}/${bits}`];
          });
          if (entries.length === 0) return;
          let compiled: ReturnType<typeof allowlist>;
          try {
            compiled = allowlist(entries);
          } catch (error) {
            expect(String(error)).toContain('every address there is');
            return;
          }
          for (const entry of entries) {
            const address = ipaddr.parse(entry.split('/')[0] ?? '');
            for (const by of [0, 1, -1, more.next().value]) {
              const near = shifted(address, by);
              if (parseAddress(near)?.length === 1 && near.includes(':')) continue;
              const family = near.includes(':') ? 'ipv6' : 'ipv4';
              expect(compiled.allows(near), near).toBe(oracles[family].check(near, family));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    [['0.0.0.0/1', '128.0.0.0/1']],
    [['::/1', '8000::/2', 'c000::/2']],
    [['128.0.0.0/1', '64.0.0.0/2', '0.0.0.0/2', '10.0.0.0/8']],
  ])('refuses ranges that together are everybody: %j', (entries) => {
    expect(() => allowlist(entries)).toThrow(expect.objectContaining({ code: 'invalid-address', option: 'allow' }));
    expect(() => allowlist(entries.slice(1))).not.toThrow();
  });
});

describe('isPublicAddress', () => {
  it('says what the ranges of ipaddr.js say', () => {
    const near = fc.oneof(
      fourParts,
      fc.constantFrom(...EDGES).chain((edge) => fc.constantFrom(-1, 0, 1).map((by) => shifted(ipaddr.parse(edge), by))),
      fc.ipV6().filter((text) => !text.includes('.')),
      fc
        .tuple(fc.constantFrom('2001', '2002', '2620', '3fff', '2600', '64'), fc.ipV6())
        .map(([first, text]) =>
          [
            first,
            ...(text.includes('::') || text.includes('.')
              ? ['4f', '8000', '0', '0', '0', '0', '1']
              : text.split(':').slice(1)),
          ].join(':'),
        ),
    );
    fc.assert(
      fc.property(near, (text) => {
        const address = ipaddr.process(text);
        const inside = address.kind() === 'ipv4' || /^[23]/.test(address.toNormalizedString());
        const hasFourDigits = address.kind() === 'ipv4' || address.toNormalizedString().split(':')[0]?.length === 4;
        if (address.range() === 'rfc6052') return;
        expect(isPublicAddress(text), text).toBe(address.range() === 'unicast' && inside && hasFourDigits);
      }),
      RUNS,
    );
  });
});

const EDGES = [
  ...[
    '0.0.0.0',
    '1.0.0.0',
    '10.0.0.0',
    '11.0.0.0',
    '100.64.0.0',
    '100.128.0.0',
    '127.0.0.0',
    '128.0.0.0',
    '169.254.0.0',
  ],
  ...['169.255.0.0', '172.16.0.0', '172.32.0.0', '192.0.0.0', '192.0.1.0', '192.0.2.0', '192.0.3.0', '192.31.196.0'],
  ...['192.31.197.0', '192.52.193.0', '192.52.194.0', '192.88.99.0', '192.88.100.0', '192.168.0.0', '192.169.0.0'],
  ...['192.175.48.0', '192.175.49.0', '198.18.0.0', '198.20.0.0', '198.51.100.0', '198.51.101.0', '203.0.113.0'],
  ...['203.0.114.0', '224.0.0.0', '240.0.0.0', '2000::', '2001::', '2001:200::', '2001:db8::', '2001:db9::', '2002::'],
  ...['2003::', '2620:4f:8000::', '2620:4f:8001::', '3fff::', '3fff:1000::', '4000::', '2001:4:112::', '2001:20::'],
];

function isMapped(text: string): boolean {
  return isIP(text) === 6 && ipaddr.IPv6.parse(text.replace(/[\d.]+$/, '1:1')).isIPv4MappedAddress();
}

/** The address so many further on. */
function shifted(address: ipaddr.IPv4 | ipaddr.IPv6, by: number): string {
  const bytes = address.toByteArray();
  const size = BigInt(8 * bytes.length);
  const value = bytes.reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
  const moved = BigInt.asUintN(Number(size), value + BigInt(by));
  return ipaddr
    .fromByteArray(bytes.map((_, index) => Number((moved >> (size - 8n * BigInt(index + 1))) & 0xffn)))
    .toString();
}
