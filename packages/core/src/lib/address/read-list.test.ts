import { describe, expect, it } from 'vitest';
import { type ListPlace, readList } from './read-list.ts';

const read = (document: unknown, place: ListPlace = {}) =>
  readList(new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document)), place);

describe('readList', () => {
  it('reads GitHub’s hooks, and none of the ranges beside them', () => {
    const document = { verifiable_password_authentication: false, hooks: ['192.0.2.0/24'], web: ['198.51.100.0/24'] };
    expect(read(document)).toEqual(['192.0.2.0/24']);
  });

  it('reads Stripe’s webhooks', () => {
    expect(read({ WEBHOOKS: ['192.0.2.1', '192.0.2.2'] })).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('reads what leaves Atlassian, of all products or one', () => {
    const item = (cidr: string, product: string[], direction: string[]) => ({ cidr, product, direction });
    const document = {
      syncToken: 1,
      items: [
        item('192.0.2.0/25', ['jira'], ['egress', 'ingress']),
        item('192.0.2.128/25', ['bitbucket'], ['egress']),
        item('198.51.100.0/24', ['jira'], ['ingress']),
        { cidr: '203.0.113.0/24' },
      ],
    };
    expect(read(document)).toEqual(['192.0.2.0/25', '192.0.2.128/25']);
    expect(read(document, { where: { product: 'bitbucket', direction: 'egress' } })).toEqual(['192.0.2.128/25']);
  });

  it('reads one service of AWS in some regions, and refuses to read all of it', () => {
    const document = {
      syncToken: '1',
      prefixes: [
        { ip_prefix: '192.0.2.0/24', region: 'eu-west-1', service: 'AMAZON_CONNECT' },
        { ip_prefix: '198.51.100.0/24', region: 'us-east-1', service: 'AMAZON_CONNECT' },
        { ip_prefix: '203.0.113.0/24', region: 'eu-west-1', service: 'EC2' },
      ],
      ipv6_prefixes: [{ ipv6_prefix: '2001:db8::/32', region: 'eu-west-1', service: 'AMAZON_CONNECT' }],
    };
    const service = 'AMAZON_CONNECT';
    expect(read(document, { where: { service, region: ['eu-west-1', 'eu-west-2'] } })).toEqual([
      '192.0.2.0/24',
      '2001:db8::/32',
    ]);
    expect(read(document, { where: { service: 'NONE' } })).toEqual([]);
    expect(() => read(document)).toThrow('give where');
  });

  it('reads what leaves Intercom, and Buildkite’s addresses', () => {
    const ranges = [
      { range: '192.0.2.0/24', region: 'US', service: 'INTERCOM-OUTBOUND' },
      { range: '198.51.100.0/24', region: 'US', service: 'OTHER' },
    ];
    expect(read({ ip_ranges: ranges, date: '2026-11-27' })).toEqual(['192.0.2.0/24']);
    expect(read({ webhook_ips: ['192.0.2.1', '192.0.2.2/31'] })).toEqual(['192.0.2.1', '192.0.2.2/31']);
  });

  it('reads an array, and the place that path names', () => {
    expect(read(['192.0.2.1', '192.0.2.2'])).toEqual(['192.0.2.1', '192.0.2.2']);
    const document = { us: ['192.0.2.1'], eu: ['192.0.2.2'], nested: { list: [{ ip: '192.0.2.3' }] } };
    expect(read(document, { path: 'eu' })).toEqual(['192.0.2.2']);
    expect(read(document, { path: ['us', 'nested.list.ip'] })).toEqual(['192.0.2.1', '192.0.2.3']);
  });

  it('reads one range a line, with comments', () => {
    expect(read('# ours\r\n192.0.2.0/24\r\n\n  2001:db8::/32  # v6\n')).toEqual(['192.0.2.0/24', '2001:db8::/32']);
    expect(read('')).toEqual([]);
  });

  it.each([
    ['JSON of an unknown shape', { addresses: ['192.0.2.1'] }, {}],
    ['an error in JSON', { message: 'rate limited' }, {}],
    ['JSON that is cut short', '{"hooks": ["192.0.2.0/24"', {}],
    ['a path that leads nowhere', { us: ['192.0.2.1'] }, { path: 'eu' }],
    ['a path to an inherited member', { us: [] }, { path: 'constructor.name' }],
    ['a number where a range should be', { WEBHOOKS: ['192.0.2.1', 7] }, {}],
    ['an object where a range should be', [{ ip: '192.0.2.1' }], {}],
    ['hooks that are none', { hooks: { all: true }, web: [] }, {}],
    ['null', '[null]', {}],
  ] as [string, unknown, ListPlace][])('refuses %s', (_, document, place) => {
    expect(() => read(document, place)).toThrow(expect.objectContaining({ name: 'RangesError' }));
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => readList(Uint8Array.of(0x31, 0xff, 0xfe), {})).toThrow('not UTF-8');
  });
});
