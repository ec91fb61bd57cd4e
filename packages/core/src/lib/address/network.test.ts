import { describe, expect, it } from 'vitest';
import { networkOf } from './network.ts';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24', '203.0.113.77'],
    ['::ffff:203.0.113.77', '203.0.113.0/24', '203.0.113.77'],
    ['::ffff:cb00:714d', '203.0.113.0/24', '203.0.113.77'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48', '2001:db8:1:2:3:4:5:6'],
    ['2001:DB8:0:0:0:0:0:6', '2001:db8::/48', '2001:db8::6'],
    ['fe80::1%eth0', 'fe80::/48', 'fe80::1'],
    ['::1', '::/48', '::1'],
  ])('%s is in %s', (text, network, whole) => {
    expect(networkOf(text)).toBe(network);
    expect(networkOf(text, true)).toBe(whole);
  });

  it.each([
    '',
    'unknown',
    '203.0.113.77\n{"audit":"verdict"}',
    '203.0.113.77, 198.51.100.1',
    '/var/run/socket',
    '%eth0',
  ])('%j is no address, and nothing of it comes through', (text) => {
    expect(networkOf(text)).toBeUndefined();
    expect(networkOf(text, true)).toBeUndefined();
  });
});
