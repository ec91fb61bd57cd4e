import { expect, it } from 'vitest';
import { sourceOf } from './source.ts';

it.each([
  [{ clientAddress: '203.0.113.9', peerAddress: '10.0.0.1' }, { peerAddress: '203.0.113.9' }],
  [{ peerAddress: '::ffff:203.0.113.9' }, { peerAddress: '203.0.113.9' }],
  [{ peerAddress: '2001:db8:1:2::1' }, { peerAddress: '2001:db8:1:2:ffff:ffff:ffff:ffff' }],
  [{}, { peerAddress: '' }],
])('%j is the source that %j is', (one, other) => {
  expect(sourceOf(one)).toBe(sourceOf(other));
});

it.each([
  [{ peerAddress: '203.0.113.9' }, { peerAddress: '203.0.113.8' }],
  [{ peerAddress: '2001:db8:1:2::1' }, { peerAddress: '2001:db8:1:3::1' }],
  [
    { clientAddress: '203.0.113.9', peerAddress: '10.0.0.1' },
    { clientAddress: '203.0.113.8', peerAddress: '10.0.0.1' },
  ],
  [{}, { peerAddress: '203.0.113.9' }],
])('%j is another source than %j', (one, other) => {
  expect(sourceOf(one)).not.toBe(sourceOf(other));
});
