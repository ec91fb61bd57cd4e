// A million events in the memory store: what they take, and that no more are taken.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryStore } from '@postern/core';
import { expect, it } from 'vitest';
import { identityKey } from '../../packages/core/src/lib/claims/identity.ts';
import { randomToken } from '../../packages/core/src/lib/crypto.ts';

const ENTRIES = 1_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  for (let i = 0; i < 4; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

it('a finished event takes no more than 200 bytes, a million of them held, and the store is full then', async () => {
  const before = heap();
  const store = memoryStore({ maxEntries: ENTRIES });
  const body = new Uint8Array(32);
  for (let index = 0; index < ENTRIES; index++) {
    new DataView(body.buffer).setUint32(0, index);
    const key = await identityKey({
      provider: 'github',
      endpoint: 'github',
      tenant: undefined,
      id: undefined,
      material: ['', '', body],
    });
    const owner = randomToken();
    await store.claim(key, { owner, leaseMs: 35_000, keepMs: 259_200_000 });
    await store.complete(key, owner);
  }
  expect(store.stats()).toEqual({ entries: ENTRIES, evicted: 0 });
  expect((heap() - before) / ENTRIES).toBeLessThanOrEqual(200);
  await expect(store.claim('one more', { owner: 'o', leaseMs: 1, keepMs: 1 })).rejects.toThrow(/full/);
}, 60_000);
