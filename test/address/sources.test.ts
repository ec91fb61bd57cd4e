// Where a delivery comes from: text forms, chains of proxies and spoofing, with Node's BlockList and proxy-addr as oracles where they are
// right. Where they are not, the case says what they take it for.
import { BlockList, isIP } from 'node:net';
import { allowlist, createReceiver, type VerdictRecord, type ReceiverOptions } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import proxyAddr from 'proxy-addr';
import { describe, expect, it } from 'vitest';
import { TEXT_FORMS } from './text-forms.ts';

type Line = readonly [name: string, value: string];
type Options = Pick<ReceiverOptions, 'allow' | 'trustProxy' | 'clientAddressHeader'>;

/** What a receiver makes of a head: the address in its record, or the reason it was refused for. */
async function judge(options: Options, peerAddress: string | undefined, ...headers: readonly Line[]) {
  const records: VerdictRecord[] = [];
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets: 'test-secret-test-secret-test-secret',
    onVerdict: (record) => records.push(record),
    ...options,
  });
  const head = { method: 'POST', url: '/', headers, peerAddress };
  await receiver.receive({ head, readBody: async () => new Uint8Array() });
  const [record] = records;
  return { address: record?.clientAddress, reason: record?.reason, detail: record?.detail, peer: record?.peerAddress };
}

const PROXY = '10.0.0.1';
const via = (value: string): Line => ['X-Forwarded-For', value];

describe.each(TEXT_FORMS)('%s: %j', (_form, text, canonical) => {
  it(`${canonical === undefined ? 'is no address' : `is ${canonical}`}, whoever tells it`, async () => {
    expect((await judge({}, text)).address).toBe(canonical);
    // Blanks and commas are the header's own, and a header that ends in a NUL never comes.
    expect((await judge({ trustProxy: PROXY }, PROXY, via(text))).address).toBe(canonical);
    expect(
      (await judge({ trustProxy: PROXY, clientAddressHeader: 'x-real-ip' }, PROXY, ['x-real-ip', text])).address,
    ).toBe(canonical);
    if (canonical === undefined) {
      // In a list it is a range of one.
      if (text !== '192.0.2.7/32')
        expect(() => allowlist([text])).toThrow(expect.objectContaining({ code: 'invalid-address' }));
      expect(await judge({ allow: ['192.0.2.0/24', '2001:db8::/32'] }, text)).toMatchObject({
        reason: 'source-not-allowed',
      });
      return;
    }
    expect(allowlist([text]).allows(canonical)).toBe(true);
    expect((await judge({ allow: [canonical] }, text)).reason).toBe('missing-signature');
    const oracle = new BlockList();
    oracle.addAddress(canonical, isIP(canonical) === 4 ? 'ipv4' : 'ipv6');
    expect(oracle.check(text, isIP(text) === 4 ? 'ipv4' : 'ipv6')).toBe(true);
  });
});

/** `proxyAddr`: what proxy-addr says, where that is something else, and why. */
interface Chain {
  readonly name: string;
  readonly peer: string;
  readonly trust: readonly string[];
  readonly header?: string;
  readonly expect: string | undefined;
  readonly proxyAddr?: string;
}

const LB = ['10.0.0.0/8'];
const TWO = ['10.0.0.0/8', '198.51.100.0/24'];
const long = (hops: number) => Array.from({ length: hops }, (_, at) => `10.1.0.${at}`).join(', ');
const CHAINS: readonly Chain[] = [
  { name: 'nobody in between', peer: '203.0.113.9', trust: LB, expect: '203.0.113.9' },
  { name: 'one proxy', peer: PROXY, trust: LB, header: '203.0.113.9', expect: '203.0.113.9' },
  {
    name: 'one proxy, over IPv6 sockets',
    peer: '::ffff:10.0.0.1',
    trust: LB,
    header: '203.0.113.9',
    expect: '203.0.113.9',
  },
  { name: 'one proxy, in hex', peer: '::ffff:a00:1', trust: LB, header: '203.0.113.9', expect: '203.0.113.9' },
  {
    name: 'one IPv6 proxy',
    peer: '2001:db8::1',
    trust: ['2001:db8::/64'],
    header: '203.0.113.9',
    expect: '203.0.113.9',
  },
  {
    name: 'an IPv6 client',
    peer: PROXY,
    trust: LB,
    header: '2001:DB8:0::9',
    expect: '2001:db8::9',
    proxyAddr: '2001:DB8:0::9',
  },
  {
    name: 'a mapped client',
    peer: PROXY,
    trust: LB,
    header: '::ffff:203.0.113.9',
    expect: '203.0.113.9',
    proxyAddr: '::ffff:203.0.113.9',
  },
  {
    name: 'a mapped proxy in the list',
    peer: PROXY,
    trust: TWO,
    header: '203.0.113.9, ::ffff:198.51.100.2',
    expect: '203.0.113.9',
  },
  { name: 'two proxies', peer: PROXY, trust: TWO, header: '203.0.113.9, 198.51.100.2', expect: '203.0.113.9' },
  {
    name: 'two proxies of one network',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9, 10.0.0.2',
    expect: '203.0.113.9',
  },
  {
    name: 'three proxies',
    peer: PROXY,
    trust: TWO,
    header: '203.0.113.9, 198.51.100.2, 10.0.0.3',
    expect: '203.0.113.9',
  },
  {
    name: 'a proxy that is not trusted',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9, 198.51.100.2',
    expect: '198.51.100.2',
  },
  {
    name: 'trusted, untrusted, trusted',
    peer: PROXY,
    trust: TWO,
    header: '10.9.9.9, 203.0.113.9, 198.51.100.2',
    expect: '203.0.113.9',
  },
  { name: 'only trusted ones: the furthest', peer: PROXY, trust: LB, header: '10.0.0.3, 10.0.0.2', expect: '10.0.0.3' },
  { name: 'no header from a trusted peer: the peer itself', peer: PROXY, trust: LB, expect: PROXY },
  { name: 'no blanks', peer: PROXY, trust: TWO, header: '203.0.113.9,198.51.100.2', expect: '203.0.113.9' },
  { name: 'many blanks', peer: PROXY, trust: TWO, header: '  203.0.113.9   ,   198.51.100.2  ', expect: '203.0.113.9' },
  {
    name: 'tabs',
    peer: PROXY,
    trust: TWO,
    header: '203.0.113.9,\t198.51.100.2',
    expect: '203.0.113.9',
    proxyAddr: '\t198.51.100.2',
  },
  { name: 'a repeat', peer: PROXY, trust: LB, header: '203.0.113.9, 203.0.113.9', expect: '203.0.113.9' },
  { name: 'the proxy as its own client', peer: PROXY, trust: LB, header: PROXY, expect: PROXY },
  {
    name: 'several single addresses',
    peer: PROXY,
    trust: ['10.0.0.1', '10.0.0.2'],
    header: '203.0.113.9, 10.0.0.3, 10.0.0.2',
    expect: '10.0.0.3',
  },
  { name: 'loopback', peer: '127.0.0.1', trust: ['loopback'], header: '203.0.113.9', expect: '203.0.113.9' },
  { name: 'all of loopback', peer: '127.8.9.1', trust: ['loopback'], header: '203.0.113.9', expect: '203.0.113.9' },
  { name: 'loopback of IPv6', peer: '::1', trust: ['loopback'], header: '203.0.113.9', expect: '203.0.113.9' },
  {
    name: 'loopback is not private',
    peer: '127.0.0.1',
    trust: ['private'],
    header: '203.0.113.9',
    expect: '127.0.0.1',
  },
  { name: 'private is not loopback', peer: PROXY, trust: ['loopback'], header: '203.0.113.9', expect: PROXY },
  ...['10.255.0.1', '172.16.0.1', '172.31.255.1', '192.168.255.1', 'fd12::1', 'fc00::1'].map((peer) => ({
    name: `private, ${peer}`,
    peer,
    trust: ['private'],
    header: '203.0.113.9',
    expect: '203.0.113.9',
  })),
  ...['11.0.0.1', '172.32.0.1', '172.15.0.1', '192.169.0.1', '100.64.0.1', '169.254.0.1', 'fe80::1', '203.0.113.1'].map(
    (peer) => ({
      name: `not private, ${peer}`,
      peer,
      trust: ['private'],
      header: '192.0.2.9',
      expect: peer,
    }),
  ),
  {
    name: 'names and ranges together',
    peer: '127.0.0.1',
    trust: ['loopback', 'private', '198.51.100.2'],
    header: '203.0.113.9, 198.51.100.2, 10.1.1.1',
    expect: '203.0.113.9',
  },
  // Spoofing: what stands to the left of the first untrusted address was written by its sender.
  { name: 'a made-up header, directly', peer: '203.0.113.9', trust: LB, header: '192.0.2.1', expect: '203.0.113.9' },
  {
    name: 'a made-up header from beside the range',
    peer: '11.0.0.1',
    trust: LB,
    header: '192.0.2.1',
    expect: '11.0.0.1',
  },
  {
    name: 'a made-up client before the real one',
    peer: PROXY,
    trust: LB,
    header: '192.0.2.1, 203.0.113.9',
    expect: '203.0.113.9',
  },
  {
    name: 'a made-up chain of our own proxies',
    peer: PROXY,
    trust: TWO,
    header: '192.0.2.1, 10.0.0.2, 198.51.100.2, 203.0.113.9',
    expect: '203.0.113.9',
  },
  {
    name: 'a made-up chain, through two',
    peer: PROXY,
    trust: TWO,
    header: '192.0.2.1, 10.0.0.2, 203.0.113.9, 198.51.100.2',
    expect: '203.0.113.9',
  },
  { name: 'loopback as the client', peer: PROXY, trust: LB, header: '127.0.0.1, 203.0.113.9', expect: '203.0.113.9' },
  {
    name: 'an address of ours as the client',
    peer: PROXY,
    trust: LB,
    header: '10.0.0.7, 203.0.113.9',
    expect: '203.0.113.9',
  },
  { name: 'a mapped proxy made up', peer: '203.0.113.9', trust: LB, header: '::ffff:10.0.0.1', expect: '203.0.113.9' },
  { name: 'a NAT64 form of a proxy', peer: '64:ff9b::a00:1', trust: LB, header: '192.0.2.1', expect: '64:ff9b::a00:1' },
  { name: 'a 6to4 form of a proxy', peer: '2002:a00:1::', trust: LB, header: '192.0.2.1', expect: '2002:a00:1::' },
  { name: 'a compatible form of a proxy', peer: '::a00:1', trust: LB, header: '192.0.2.1', expect: '::a00:1' },
  // What is refused as a whole. proxy-addr reads as far as it must, and takes anything that it does not trust for the client.
  { name: 'unknown', peer: PROXY, trust: LB, header: 'unknown', expect: undefined, proxyAddr: 'unknown' },
  {
    name: 'unknown before the client',
    peer: PROXY,
    trust: LB,
    header: 'unknown, 203.0.113.9',
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
  { name: 'a hidden name', peer: PROXY, trust: LB, header: '_hidden', expect: undefined, proxyAddr: '_hidden' },
  {
    name: 'a port',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9:4711',
    expect: undefined,
    proxyAddr: '203.0.113.9:4711',
  },
  {
    name: 'a port in the middle',
    peer: PROXY,
    trust: TWO,
    header: '203.0.113.9, 198.51.100.2:80',
    expect: undefined,
    proxyAddr: '198.51.100.2:80',
  },
  { name: 'brackets', peer: PROXY, trust: LB, header: '[2001:db8::9]', expect: undefined, proxyAddr: '[2001:db8::9]' },
  {
    name: 'brackets and a port',
    peer: PROXY,
    trust: LB,
    header: '[2001:db8::9]:443',
    expect: undefined,
    proxyAddr: '[2001:db8::9]:443',
  },
  { name: 'a zone id', peer: PROXY, trust: LB, header: 'fe80::1%eth0', expect: undefined, proxyAddr: 'fe80::1%eth0' },
  {
    name: 'an octal form of a proxy',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9, 012.0.0.1',
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
  {
    name: 'an integer form of a proxy',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9, 167772161',
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
  {
    name: 'a short form of a proxy',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9, 10.1',
    expect: undefined,
    proxyAddr: '10.1',
  },
  {
    name: 'a hex form of a proxy',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9, 0x0a.0.0.1',
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
  { name: 'an empty header', peer: PROXY, trust: LB, header: '', expect: undefined, proxyAddr: PROXY },
  { name: 'a blank header', peer: PROXY, trust: LB, header: ' ', expect: undefined, proxyAddr: PROXY },
  {
    name: 'an empty element',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9, , 10.0.0.2',
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
  {
    name: 'an empty element at the end',
    peer: PROXY,
    trust: LB,
    header: '203.0.113.9,',
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
  {
    name: 'an empty element at the start',
    peer: PROXY,
    trust: LB,
    header: ',203.0.113.9',
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
  {
    name: 'a semicolon',
    peer: PROXY,
    trust: TWO,
    header: '203.0.113.9; 198.51.100.2',
    expect: undefined,
    proxyAddr: '203.0.113.9; 198.51.100.2',
  },
  {
    name: 'blanks for commas',
    peer: PROXY,
    trust: TWO,
    header: '203.0.113.9 198.51.100.2',
    expect: undefined,
    proxyAddr: '203.0.113.9 198.51.100.2',
  },
  { name: 'quotes', peer: PROXY, trust: LB, header: '"203.0.113.9"', expect: undefined, proxyAddr: '"203.0.113.9"' },
  {
    name: 'RFC 7239 in the wrong header',
    peer: PROXY,
    trust: LB,
    header: 'for=203.0.113.9',
    expect: undefined,
    proxyAddr: 'for=203.0.113.9',
  },
  { name: 'a host name', peer: PROXY, trust: LB, header: 'localhost', expect: undefined, proxyAddr: 'localhost' },
  { name: 'a range', peer: PROXY, trust: LB, header: '203.0.113.0/24', expect: undefined, proxyAddr: '203.0.113.0/24' },
  { name: '32 addresses', peer: PROXY, trust: LB, header: long(32), expect: '10.1.0.0' },
  { name: '33 addresses', peer: PROXY, trust: LB, header: long(33), expect: undefined, proxyAddr: '10.1.0.0' },
  {
    name: 'a very long header',
    peer: PROXY,
    trust: LB,
    header: `203.0.113.9${' '.repeat(5000)}, 10.0.0.2`,
    expect: undefined,
    proxyAddr: '203.0.113.9',
  },
];

describe('x-forwarded-for', () => {
  it.each(CHAINS)(
    '$name: $header from $peer is $expect',
    async ({ peer, trust, header, expect: expected, proxyAddr: other }) => {
      const lines = header === undefined ? [] : [via(header)];
      const found = await judge({ trustProxy: trust }, peer, ...lines);
      expect(found.address, found.detail).toBe(expected);
      expect(found.peer).toBe(peer);
      // A delivery is not refused for a header that nobody judges by.
      expect(found.reason).toBe('missing-signature');
      const judged = await judge({ trustProxy: trust, allow: ['203.0.113.9', '2001:db8::9'] }, peer, ...lines);
      expect(judged.reason).toBe(
        ['203.0.113.9', '2001:db8::9'].includes(expected ?? '') ? 'missing-signature' : 'source-not-allowed',
      );

      const oracle = proxyAddr(
        {
          headers: header === undefined ? {} : { 'x-forwarded-for': header },
          connection: {},
          socket: { remoteAddress: peer },
        } as never,
        proxyAddr.compile(trust.map((one) => (one === 'private' ? 'uniquelocal' : one))),
      );
      expect(oracle.replace(/^ +| +$/g, '')).toBe(other ?? (peer === oracle ? peer : expected));
    },
  );

  it('says the same in one line and in a header of capitals', async () => {
    expect((await judge({ trustProxy: LB }, PROXY, ['X-FORWARDED-FOR', '203.0.113.9'])).address).toBe('203.0.113.9');
    expect((await judge({ trustProxy: LB }, PROXY, ['x_forwarded_for', '192.0.2.1'])).address).toBe(PROXY);
  });

  it('refuses several lines, in whatever order', async () => {
    for (const lines of [
      [via('192.0.2.1'), via('203.0.113.9')],
      [via('203.0.113.9'), via('203.0.113.9')],
      [via(''), via('203.0.113.9')],
    ]) {
      const judged = await judge({ trustProxy: LB, allow: ['203.0.113.9', '192.0.2.1'] }, PROXY, ...lines);
      expect(judged).toMatchObject({ address: undefined, reason: 'source-not-allowed' });
      expect(judged.detail).toContain('several lines of x-forwarded-for');
    }
  });

  it('reads no other header beside it', async () => {
    const others: Line[] = [
      ['forwarded', 'for=192.0.2.1'],
      ['x-real-ip', '192.0.2.1'],
      ['cf-connecting-ip', '192.0.2.1'],
      ['x-client-ip', '192.0.2.1'],
    ];
    expect((await judge({ trustProxy: LB }, PROXY, ...others, via('203.0.113.9'))).address).toBe('203.0.113.9');
    expect((await judge({ trustProxy: LB }, PROXY, ...others)).address).toBe(PROXY);
  });
});

describe('forwarded (RFC 7239)', () => {
  const forwarded = (value: string, trust = TWO) =>
    judge({ trustProxy: trust, clientAddressHeader: 'forwarded' }, PROXY, ['Forwarded', value]);

  it.each([
    ['for=203.0.113.9', '203.0.113.9'],
    ['For=203.0.113.9', '203.0.113.9'],
    ['for="203.0.113.9"', '203.0.113.9'],
    ['for="203.0.113.9:4711"', '203.0.113.9'],
    ['for="[2001:db8:cafe::17]"', '2001:db8:cafe::17'],
    ['For="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for="[::ffff:203.0.113.9]"', '203.0.113.9'],
    ['for=203.0.113.9;proto=http;by=10.0.0.1', '203.0.113.9'],
    ['proto=https;for=203.0.113.9', '203.0.113.9'],
    ['host="a, b; for=192.0.2.1";for=203.0.113.9', '203.0.113.9'],
    ['host="say \\"for=192.0.2.1\\", twice";for=203.0.113.9', '203.0.113.9'],
    ['for=203.0.113.9, for=198.51.100.2', '203.0.113.9'],
    ['for=203.0.113.9,for=198.51.100.2', '203.0.113.9'],
    ['for=192.0.2.1, for=203.0.113.9;proto=https, for=198.51.100.2', '203.0.113.9'],
    ['for=198.51.100.3, for=198.51.100.2', '198.51.100.3'],
    ['', undefined],
    ['for=', undefined],
    ['for=unknown', undefined],
    ['for=_hidden', undefined],
    ['for=_SEVKISEK, for=198.51.100.2', undefined],
    ['for="203.0.113.9:_port"', undefined],
    ['for="203.0.113.9:99999"', undefined],
    ['for="203.0.113.9:"', undefined],
    ['for=203.0.113.9:4711', undefined],
    ['for=[2001:db8:cafe::17]', undefined],
    ['for="2001:db8:cafe::17"', undefined],
    ['for="[203.0.113.9]"', undefined],
    ['for="[2001:db8::1%25eth0]"', undefined],
    ['for="203.0.113.\\9"', undefined],
    ["for='203.0.113.9'", undefined],
    ['for=203.0.113.9;for=192.0.2.1', undefined],
    ['for=203.0.113.9;FOR=203.0.113.9', undefined],
    ['by=10.0.0.1', undefined],
    ['for=203.0.113.9, by=10.0.0.1', undefined],
    ['for = 203.0.113.9', undefined],
    ['for=203.0.113.9; proto=http', undefined],
    ['for=203.0.113.9;', undefined],
    ['for=203.0.113.9,', undefined],
    [',for=203.0.113.9', undefined],
    ['for=203.0.113.9,,for=198.51.100.2', undefined],
    ['for="203.0.113.9', undefined],
    ['for="203.0.113.9"x', undefined],
    ['203.0.113.9', undefined],
    ['for=203.0.113.9 for=198.51.100.2', undefined],
    ['f\u00f6r=203.0.113.9', undefined],
    [Array.from({ length: 33 }, () => 'for=198.51.100.2').join(), undefined],
  ])('%j is %s', async (value, expected) => {
    expect((await forwarded(value)).address).toBe(expected);
  });

  it('refuses several lines', async () => {
    const options: Options = { trustProxy: LB, clientAddressHeader: 'forwarded', allow: ['203.0.113.9'] };
    const line: Line = ['forwarded', 'for=203.0.113.9'];
    expect((await judge(options, PROXY, line)).reason).toBe('missing-signature');
    expect((await judge(options, PROXY, line, line)).reason).toBe('source-not-allowed');
  });
});

describe.each(['x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'fly-client-ip'] as const)('%s', (name) => {
  const options: Options = { trustProxy: LB, clientAddressHeader: name, allow: ['203.0.113.9'] };

  it('holds one address, and is read from a trusted peer only', async () => {
    expect(await judge(options, PROXY, [name, '203.0.113.9'])).toMatchObject({
      address: '203.0.113.9',
      reason: 'missing-signature',
    });
    expect(await judge(options, PROXY, [name, '10.9.9.9'])).toMatchObject({
      address: '10.9.9.9',
      reason: 'source-not-allowed',
    });
    expect(await judge(options, '192.0.2.1', [name, '203.0.113.9'])).toMatchObject({
      address: '192.0.2.1',
      reason: 'source-not-allowed',
    });
  });

  it('refuses a list and several lines, which a sender can make', async () => {
    for (const lines of [
      [[name, '192.0.2.1, 203.0.113.9']],
      [
        [name, '203.0.113.9'],
        [name, '203.0.113.9'],
      ],
    ] as Line[][])
      expect(await judge(options, PROXY, ...lines)).toMatchObject({ address: undefined, reason: 'source-not-allowed' });
  });

  it('is ours to mend where a trusted peer does not send it', async () => {
    expect(await judge(options, PROXY, via('203.0.113.9'))).toMatchObject({
      address: undefined,
      reason: 'source-unknown',
    });
  });
});

describe('platforms', () => {
  it.each([
    ['cloudflare', '172.70.1.1', '2606:4700::1111', '172.72.0.1'],
    ['fastly', '151.101.7.7', '2a04:4e42::1', '151.102.0.1'],
    ['google-load-balancer', '35.191.3.3', '2600:2d00:1:1::9', '35.192.0.1'],
  ])('%s is known by the ranges its vendor publishes', async (name, four, six, outside) => {
    for (const peer of [four, six])
      expect((await judge({ trustProxy: name }, peer, via('203.0.113.9'))).address).toBe('203.0.113.9');
    expect((await judge({ trustProxy: name }, outside, via('203.0.113.9'))).address).toBe(outside);
  });

  it('stand in a list beside others', async () => {
    const header = via('203.0.113.9, 34.120.1.2');
    expect((await judge({ trustProxy: ['google-load-balancer', '34.120.1.2'] }, '35.191.3.3', header)).address).toBe(
      '203.0.113.9',
    );
    expect(
      (await judge({ trustProxy: ['loopback', 'cloudflare'] }, '127.0.0.1', via('203.0.113.9, 172.70.1.1'))).address,
    ).toBe('203.0.113.9');
  });
});

describe('without trustProxy', () => {
  it.each([undefined, 'none'] as const)('(%s) no header is read', async (trustProxy) => {
    const lines: Line[] = [
      via('192.0.2.1'),
      ['forwarded', 'for=192.0.2.1'],
      ['x-real-ip', '192.0.2.1'],
      ['cf-connecting-ip', '192.0.2.1'],
    ];
    for (const peer of ['203.0.113.9', '127.0.0.1', '10.0.0.1'])
      expect(await judge({ trustProxy, allow: ['192.0.2.1'] }, peer, ...lines)).toMatchObject({
        address: peer,
        reason: 'source-not-allowed',
      });
  });

  it('a peer that nobody tells is unknown', async () => {
    expect(await judge({ allow: ['192.0.2.1'] }, undefined)).toMatchObject({
      address: undefined,
      reason: 'source-unknown',
    });
    expect(await judge({ allow: ['192.0.2.1'], trustProxy: LB }, undefined, via('192.0.2.1'))).toMatchObject({
      reason: 'source-unknown',
    });
    expect((await judge({}, undefined)).reason).toBe('missing-signature');
  });
});

describe('what could not work is refused at start-up', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['an empty list', { trustProxy: [] }, 'invalid-option', 'trustProxy'],
    ['true', { trustProxy: true }, 'invalid-option', 'trustProxy'],
    ['false', { trustProxy: false }, 'invalid-option', 'trustProxy'],
    ['a number of hops', { trustProxy: 1 }, 'invalid-option', 'trustProxy'],
    ['null', { trustProxy: null }, 'invalid-option', 'trustProxy'],
    ['a function', { trustProxy: () => true }, 'invalid-option', 'trustProxy'],
    ['none and others', { trustProxy: ['none', '10.0.0.1'] }, 'invalid-option', 'trustProxy'],
    ['everybody', { trustProxy: '0.0.0.0/0' }, 'invalid-option', 'trustProxy'],
    ['everybody of IPv6', { trustProxy: ['10.0.0.1', '::/0'] }, 'invalid-option', 'trustProxy'],
    ['everybody, in halves', { trustProxy: ['0.0.0.0/1', '128.0.0.0/1'] }, 'invalid-option', 'trustProxy'],
    ['a number in a list', { trustProxy: [1] }, 'invalid-address', 'trustProxy[0]'],
    ['a platform that is not known', { trustProxy: ['cloudflare', 'cloudfare'] }, 'invalid-address', 'trustProxy[1]'],
    ['another word', { trustProxy: 'uniquelocal' }, 'invalid-address', 'trustProxy[0]'],
    ['two in one text', { trustProxy: '10.0.0.1, 10.0.0.2' }, 'invalid-address', 'trustProxy[0]'],
    ['host bits', { trustProxy: '10.0.0.1/8' }, 'invalid-address', 'trustProxy[0]'],
    ['a header and nobody to believe', { clientAddressHeader: 'x-real-ip' }, 'missing-option', 'trustProxy'],
    ['a header, and none', { trustProxy: 'none', clientAddressHeader: 'x-real-ip' }, 'missing-option', 'trustProxy'],
    [
      'a header that is none',
      { trustProxy: 'loopback', clientAddressHeader: 'x-forwared-for' },
      'invalid-option',
      'clientAddressHeader',
    ],
    [
      'a header of capitals',
      { trustProxy: 'loopback', clientAddressHeader: 'X-Real-IP' },
      'invalid-option',
      'clientAddressHeader',
    ],
  ])('%s', (_name, options, code, option) => {
    const make = () =>
      createReceiver({ provider: liasonpay(), secrets: 'test-secret-test-secret-test-secret', ...options });
    expect(make).toThrow(expect.objectContaining({ code, option }));
  });

  it('and says why hops are not counted', () => {
    const options = { provider: liasonpay(), secrets: 'test-secret-test-secret-test-secret', trustProxy: 2 as never };
    expect(() => createReceiver(options)).toThrow(/number of hops.*caller wrote.*CIDR range/);
  });
});

it('the table is as long as was promised', () => {
  expect(TEXT_FORMS.length + CHAINS.length).toBeGreaterThan(150);
});
