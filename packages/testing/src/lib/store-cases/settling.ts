import { claimed, expectInFlight, expectSame, freshKey, type StoreScript } from '../store-case.ts';

/** How an event ends, and at whose word. */
export const SETTLING_CASES: readonly StoreScript[] = [
  {
    id: 'settle-complete',
    title: 'answers that an event is done once its owner has completed it',
    async play({ claim, store, clients: [, other] }) {
      const key = freshKey();
      await claim(key, 'a');
      expectSame('the completion', await store.complete(key, 'a'), true);
      expectSame('a claim through another client', await claim(key, 'b', {}, other), { done: true });
      expectSame('a claim by the owner', await claim(key, 'a'), { done: true });
    },
  },
  {
    id: 'settle-release',
    title: 'gives a released event to the next, who is told that it was started before',
    async play({ claim, store, clients: [, other] }) {
      const key = freshKey();
      await claim(key, 'a');
      expectSame('the release', await store.release(key, 'a'), true);
      expectSame('the next claim', await claim(key, 'b', {}, other), claimed(2));
    },
  },
  {
    id: 'settle-complete-again',
    title: 'answers true again to who completed, whose answer was lost, and false to all others',
    async play({ claim, store, clients: [, other] }) {
      const key = freshKey();
      await claim(key, 'a');
      await store.complete(key, 'a');
      expectSame('the same completion once more', await other.complete(key, 'a'), true);
      for (const owner of ['b', '', 'a2', 'A'])
        expectSame(`a completion by "${owner}"`, await store.complete(key, owner), false);
      expectSame('the same completion a third time', await store.complete(key, 'a'), true);
    },
  },
  {
    id: 'settle-after-complete',
    title: 'lets nobody release what is done',
    async play({ claim, store }) {
      const key = freshKey();
      await claim(key, 'a');
      await store.complete(key, 'a');
      for (const owner of ['a', 'b', '']) expectSame(`a release by "${owner}"`, await store.release(key, owner), false);
      expectSame('the next claim', await claim(key, 'b'), { done: true });
    },
  },
  {
    id: 'settle-after-release',
    title: 'lets nobody complete or release what was given back',
    async play({ claim, store }) {
      const key = freshKey();
      await claim(key, 'a');
      await store.release(key, 'a');
      for (const owner of ['a', 'b', '']) {
        expectSame(`a completion by "${owner}"`, await store.complete(key, owner), false);
        expectSame(`a release by "${owner}"`, await store.release(key, owner), false);
      }
      expectSame('the next claim', await claim(key, 'b'), claimed(2));
    },
  },
  {
    id: 'settle-unknown',
    title: 'lets nobody complete or release what is unknown, and remembers nothing of it',
    async play({ claim, store }) {
      const key = freshKey();
      for (const owner of ['a', '']) {
        expectSame(`a completion by "${owner}"`, await store.complete(key, owner), false);
        expectSame(`a release by "${owner}"`, await store.release(key, owner), false);
      }
      expectSame('the first claim', await claim(key, 'a'), claimed(1));
    },
  },
  {
    id: 'settle-owner',
    title: 'knows an owner by the whole of its token, to the letter',
    async play({ claim, store }) {
      const key = freshKey();
      const owner = 'Ab0-_9zZ';
      const others = ['', owner.slice(0, -1), `${owner}0`, owner.toUpperCase(), ` ${owner}`, `${owner} `, '%', '*'];
      await claim(key, owner);
      for (const other of others) {
        expectSame(`a completion by "${other}"`, await store.complete(key, other), false);
        expectSame(`a release by "${other}"`, await store.release(key, other), false);
        if (other !== '') expectInFlight(`a claim by "${other}"`, await claim(key, other));
      }
      expectSame('the completion by the owner', await store.complete(key, owner), true);
      for (const other of others)
        expectSame(`a later completion by "${other}"`, await store.complete(key, other), false);
    },
  },
  {
    id: 'settle-key',
    title: 'tells keys apart to the letter, with every character of base64',
    async play({ claim, store }) {
      const [first, second] = alphabetKeys();
      const keys = [first, swapCase(first), first.replace(/[+/]/g, 'A'), second, `${second.slice(0, -1)}A`];
      for (const key of keys) expectSame(`the first claim of ${key}`, await claim(key, 'a'), claimed(1));
      for (const key of keys.slice(1)) expectSame(`the release of ${key}`, await store.release(key, 'a'), true);
      expectSame(`the completion of ${first}`, await store.complete(first, 'a'), true);
      for (const key of keys.slice(1)) expectSame(`the next claim of ${key}`, await claim(key, 'b'), claimed(2));
    },
  },
];

/** Two keys of the usual length that hold all sixty-four characters between them, in an order never seen before. */
function alphabetKeys(): readonly [string, string] {
  const mixed = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789']
    .map((letter) => ({ letter, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ letter }) => letter)
    .join('');
  return [`+/${mixed.slice(0, 41)}=`, `${mixed.slice(-41)}/+=`];
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
}
