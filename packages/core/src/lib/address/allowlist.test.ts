import { BlockList, isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { allowlist } from './allowlist.ts';
import { parseAddress } from './parse-address.ts';

describe('allowlist', () => {
  it.each([
    ['dotted', '::ffff:192.0.2.7'],
    ['dotted, upper case', '::FFFF:192.0.2.7'],
    ['hex', '::ffff:c000:207'],
    ['hex, padded', '::ffff:c000:0207'],
    ['expanded', '0:0:0:0:0:ffff:c000:0207'],
    ['fully expanded', '0000:0000:0000:0000:0000:ffff:c000:0207'],
    ['expanded with a dotted tail', '0:0:0:0:0:ffff:192.0.2.7'],
    ['partly expanded', '0::ffff:192.0.2.7'],
  ])('takes an IPv4-mapped address, %s, for the IPv4 address', (_, address) => {
    expect(isIP(address)).toBe(6);
    expect(allowlist(['192.0.2.7']).allows(address)).toBe(true);
    expect(allowlist(['192.0.2.0/24']).allows(address)).toBe(true);
    expect(allowlist([address]).allows('192.0.2.7')).toBe(true);
    expect(allowlist(['192.0.2.8']).allows(address)).toBe(false);
    // It is not an IPv6 address, so no IPv6 range holds it.
    expect(allowlist(['::/1']).allows(address)).toBe(false);
  });

  it.each([
    ['an IPv4-compatible tail', '::192.0.2.7'],
    ['NAT64', '64:ff9b::192.0.2.7'],
    ['NAT64 in hex', '64:ff9b::c000:207'],
    ['6to4', '2002:c000:207::1'],
    ['a translated address', '::ffff:0:192.0.2.7'],
    ['octal in a mapped address', '::ffff:192.0.2.07'],
    ['hex parts in a mapped address', '::ffff:0xc0.0.2.7'],
    ['a short form in a mapped address', '::ffff:192.0.519'],
    ['an integer in a mapped address', '::ffff:3221225991'],
    ['a zone id', 'fe80::1%eth0'],
    ['a zone id on a mapped address', '::ffff:192.0.2.7%1'],
    ['a zone id on IPv4', '192.0.2.7%eth0'],
    ['octal', '0300.0.02.07'],
    ['a leading zero', '192.0.2.07'],
    ['hex parts', '0xc0.0x0.0x2.0x7'],
    ['one hex number', '0xc0000207'],
    ['an integer', '3221225991'],
    ['a short form', '192.0.519'],
    ['a shorter form', '192.519'],
    ['five parts', '192.0.2.7.1'],
    ['a part too large', '192.0.2.263'],
    ['a minus', '192.0.2.-7'],
    ['a space before', ' 192.0.2.7'],
    ['a space after', '192.0.2.7 '],
    ['a line end', '192.0.2.7\n'],
    ['NUL', '192.0.2.7\0'],
    ['a port', '192.0.2.7:443'],
    ['brackets', '[::ffff:192.0.2.7]'],
    ['a range', '192.0.2.7/32'],
    ['look-alike digits', '１９２.0.2.7'],
    ['nothing', ''],
    ['a word', 'unknown'],
    ['a list', '192.0.2.7, 198.51.100.1'],
    ['a host name', 'localhost'],
    ['two double colons', '::ffff::192.0.2.7'],
    ['a very long text', `192.0.2.7${'0'.repeat(16_384)}`],
  ])('does not take %s for 192.0.2.7, and does not throw', (_, address) => {
    expect(allowlist(['192.0.2.7', '192.0.2.0/24']).allows(address)).toBe(false);
  });

  it('never allows what is not text at all', () => {
    for (const value of [undefined, null, 7, {}, ['192.0.2.7']]) {
      let allowed: unknown;
      try {
        allowed = allowlist(['192.0.2.7']).allows(value as unknown as string);
      } catch {
        allowed = 'threw';
      }
      expect(allowed === true).toBe(false);
    }
  });

  it.each([
    ['octal', '0300.0.2.7'],
    ['short', '10.1'],
    ['an integer', '167772161'],
    ['hex', '0x0a000001'],
    ['a zone id', 'fe80::1%eth0'],
    ['a zone id in a range', 'fe80::%eth0/64'],
    ['a dotted tail outside the mapped range', '::192.0.2.7'],
    ['octal in a mapped address', '::ffff:192.0.2.010'],
    ['a name', 'loopback'],
    ['a wildcard', '192.0.2.*'],
    ['a span', '192.0.2.1-192.0.2.9'],
    ['a netmask', '192.0.2.0/255.255.255.0'],
    ['a space', ' 192.0.2.0/24'],
    ['nothing', ''],
    ['an empty prefix length', '192.0.2.0/'],
    ['a negative prefix length', '192.0.2.0/-1'],
    ['a prefix length with a leading zero', '192.0.2.0/024'],
    ['a fractional prefix length', '192.0.2.0/24.0'],
    ['two prefix lengths', '192.0.2.0/24/24'],
    ['/33', '192.0.2.0/33'],
    ['/129', '2001:db8::/129'],
    ['/0', '0.0.0.0/0'],
    ['/0 of IPv6', '::/0'],
    ['/0 of the mapped range', '::ffff:0.0.0.0/96'],
    ['a mapped range wider than IPv4', '::ffff:0.0.0.0/64'],
    ['host bits', '192.0.2.1/24'],
    ['one host bit', '192.0.2.128/24'],
    ['host bits in the middle of a byte', '192.0.2.8/28'],
    ['host bits of IPv6', '2001:db8::1/64'],
    ['a number', 7],
    ['null', null],
  ])('refuses %s in the list at start-up', (_, entry) => {
    expect(() => allowlist(['198.51.100.1', entry as string])).toThrow(
      expect.objectContaining({ code: 'invalid-address', option: 'allow[1]' }),
    );
  });

  it.each([[], undefined, null, '192.0.2.7', {}])('refuses %j as a list: empty would mean nobody', (entries) => {
    expect(() => allowlist(entries as unknown as string[])).toThrow(
      expect.objectContaining({ code: 'empty-allowlist', option: 'allow' }),
    );
  });

  it('reads mapped ranges as the IPv4 range they are', () => {
    const list = allowlist(['::ffff:192.0.2.0/120']);
    expect(list.allows('192.0.2.255')).toBe(true);
    expect(list.allows('192.0.3.0')).toBe(false);
  });

  it('compares IPv6 addresses, not their spelling', () => {
    const list = allowlist(['2001:db8::/32', '2001:0DB9:0:0:0:0:0:1']);
    expect(list.allows('2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff')).toBe(true);
    expect(list.allows('2001:db9::1')).toBe(true);
    expect(list.allows('2001:db9::2')).toBe(false);
    expect(list.allows('2001:dba::')).toBe(false);
  });

  it('does not change when the list it was made from does', () => {
    const entries = ['192.0.2.7'];
    const list = allowlist(entries);
    entries.push('198.51.100.1');
    expect(list.allows('198.51.100.1')).toBe(false);
  });

  it('agrees with net.BlockList on ranges of both families', () => {
    const ranges: [string, number, 'ipv4' | 'ipv6'][] = [
      ['10.0.0.0', 8, 'ipv4'],
      ['192.0.2.128', 25, 'ipv4'],
      ['198.51.100.7', 32, 'ipv4'],
      ['203.0.112.0', 22, 'ipv4'],
      ['2001:db8::', 32, 'ipv6'],
      ['2001:db9:0:8000::', 49, 'ipv6'],
      ['2001:dba::1', 128, 'ipv6'],
    ];
    const oracle = new BlockList();
    for (const range of ranges) oracle.addSubnet(...range);
    const list = allowlist(ranges.map(([network, bits]) => `${network}/${bits}`));
    // A fixed generator: addresses near the borders of every range.
    let state = 7;
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    let inside = 0;
    for (let i = 0; i < 4000; i++) {
      const four = [
        [10, 192, 198, 203, 11, 9][random(6)],
        [0, 51, 255][random(3)],
        [2, 100, 112, 113, 115, 116][random(6)],
        [0, 7, 8, 127, 128, 255][random(6)],
      ].join('.');
      const six = `2001:${['db8', 'db9', 'dba', 'db7'][random(4)]}:${[0, 'ffff'][random(2)]}:${['0', '7fff', '8000', 'ffff'][random(4)]}::${random(3)}`;
      for (const [address, family] of [
        [four, 'ipv4'],
        [six, 'ipv6'],
      ] as const) {
        const expected = oracle.check(address, family);
        if (expected) inside++;
        expect(list.allows(address), address).toBe(expected);
      }
    }
    expect(inside).toBeGreaterThan(500);
  });
});

describe('parseAddress', () => {
  it('reads nothing that net.isIP does not read', () => {
    for (const text of [
      '1.2.3',
      '1.2.3.4.5',
      ':::',
      '1::2::3',
      '12345::',
      'g::',
      '1.2.3.4::',
      '::1.2.3',
      '::ffff:1.2.3.256',
    ]) {
      expect(isIP(text)).toBe(0);
      expect(parseAddress(text), text).toBeUndefined();
    }
  });
});
