import { claimed, expectInFlight, expectSame, freshKey, SHORT_MS, type StoreScript } from '../store-case.ts';

const UNKNOWN = { unknown: true };
const LATE = { retryOnly: true, material: 'the-bytes' } as const;
const MATERIAL = { material: 'the-bytes' } as const;

/** Claims with `retryOnly`, made for deliveries that are stale: a retry is let in, and a stranger is not. */
export const LATE_CASES: readonly StoreScript[] = [
  {
    id: 'late-stranger',
    title: 'claims nothing that is unknown for a late retry, and remembers nothing of it',
    async play({ claim, store }) {
      const key = freshKey();
      expectSame('a late claim of what is unknown', await claim(key, 'a', LATE), UNKNOWN);
      expectSame('once more', await claim(key, 'b', LATE), UNKNOWN);
      expectSame('a completion by who was refused', await store.complete(key, 'a'), false);
      expectSame('the first claim', await claim(key, 'c'), claimed(1));
    },
  },
  {
    id: 'late-released',
    title: 'lets a late retry of a released event in, and counts it',
    async play({ claim, store }) {
      const key = freshKey();
      await claim(key, 'a', MATERIAL);
      await store.release(key, 'a');
      expectSame('the late claim', await claim(key, 'b', LATE), claimed(2));
      expectSame('the same claim once more', await claim(key, 'b', LATE), claimed(2));
      expectInFlight('the claim of another', await claim(key, 'c', LATE));
      expectSame('its completion', await store.complete(key, 'b'), true);
    },
  },
  {
    id: 'late-lapsed',
    title: 'lets a late retry of an event in whose owner crashed',
    async play({ claim, pass }) {
      const key = freshKey();
      await claim(key, 'a', { ...MATERIAL, leaseMs: SHORT_MS });
      await pass(SHORT_MS);
      expectSame('the late claim', await claim(key, 'b', LATE), claimed(2));
    },
  },
  {
    id: 'late-settled',
    title: 'answers a late retry that its event is running or done, whatever its bytes',
    async play({ claim, store }) {
      const key = freshKey();
      await claim(key, 'a', MATERIAL);
      expectInFlight('a late claim of what is running', await claim(key, 'b', LATE));
      expectInFlight('with other bytes', await claim(key, 'b', { ...LATE, material: 'others' }));
      await store.complete(key, 'a');
      expectSame('a late claim of what is done', await claim(key, 'b', LATE), { done: true });
      expectSame('with other bytes', await claim(key, 'b', { ...LATE, material: 'others' }), { done: true });
    },
  },
  {
    id: 'late-material',
    title: 'lets a late retry in only with the bytes of the last claim, and changes nothing for others',
    async play({ claim, store }) {
      const key = freshKey();
      await claim(key, 'a', MATERIAL);
      await store.release(key, 'a');
      for (const material of [undefined, '', 'the', 'the-bytes-', 'THE-BYTES', 'others'])
        expectSame(`a late claim with "${material}"`, await claim(key, 'b', { ...LATE, material }), UNKNOWN);
      expectSame('a completion by who was refused', await store.complete(key, 'b'), false);
      expectSame('the late claim with its bytes', await claim(key, 'c', LATE), claimed(2));
      await store.release(key, 'c');
      expectSame('a claim with other bytes', await claim(key, 'd', { material: 'others' }), claimed(3));
      await store.release(key, 'd');
      expectSame('a late claim with the earlier bytes', await claim(key, 'e', LATE), UNKNOWN);
      const others = { ...LATE, material: 'others' };
      expectSame('a late claim with the latest bytes', await claim(key, 'e', others), claimed(4));
    },
  },
  {
    id: 'late-no-material',
    title: 'takes no material and an empty one for the same',
    async play({ claim, store }) {
      const [without, empty] = [freshKey(), freshKey()];
      await claim(without, 'a');
      await claim(empty, 'a', { material: '' });
      for (const key of [without, empty]) await store.release(key, 'a');
      expectSame('a late claim with other bytes', await claim(without, 'b', LATE), UNKNOWN);
      const late = { retryOnly: true };
      expectSame('an empty one after none', await claim(without, 'b', { ...late, material: '' }), claimed(2));
      expectSame('none after an empty one', await claim(empty, 'b', late), claimed(2));
    },
  },
];
