import type { ClaimRequest, ClaimResult } from '@postern/core';
import {
  claimed,
  expectOneWinner,
  expectSame,
  freshKey,
  SHORT_MS,
  type StoreScript,
  type StoreStage,
} from '../store-case.ts';

const MANY = 50;
/** Races that end either way are run so often, each on a key of its own. */
const ROUNDS = 20;

/** `MANY` owners claim one key at once, half of them through each client. */
function claimAtOnce({ claim, clients }: StoreStage, key: string, changes: Partial<ClaimRequest> = {}) {
  return Promise.all(
    Array.from({ length: MANY }, (_, index) => claim(key, ownerOf(index), changes, clients[index % 2])),
  );
}

function ownerOf(index: number): string {
  return `racer-${index}`;
}

function freshKeys(count: number): readonly string[] {
  return Array.from({ length: count }, freshKey);
}

/** Many at once. */
export const RACE_CASES: readonly StoreScript[] = [
  {
    id: 'race-first',
    title: 'gives a new event to one of fifty that claim it at once',
    async play(stage) {
      const key = freshKey();
      const winner = expectOneWinner('fifty first claims', await claimAtOnce(stage, key), claimed(1));
      const completions = await Promise.all(
        Array.from({ length: MANY }, (_, index) => stage.clients[index % 2]?.complete(key, ownerOf(index))),
      );
      const right = completions.map((_, index) => index === winner);
      expectSame('completions by the winner and by forty-nine others', completions, right);
    },
  },
  {
    id: 'race-lapsed',
    title: 'gives an event whose lease has lapsed to one of fifty that take it over at once',
    async play(stage) {
      const key = freshKey();
      await stage.claim(key, 'crashed', { leaseMs: SHORT_MS });
      await stage.pass(SHORT_MS);
      expectOneWinner('fifty takeovers', await claimAtOnce(stage, key), claimed(2));
    },
  },
  {
    id: 'race-released',
    title: 'gives a released event to one of fifty that claim it at once',
    async play(stage) {
      const key = freshKey();
      await stage.claim(key, 'failed');
      await stage.store.release(key, 'failed');
      expectOneWinner('fifty claims after a release', await claimAtOnce(stage, key), claimed(2));
    },
  },
  {
    id: 'race-late',
    title: 'gives a released event to one of fifty late retries that claim it at once',
    async play(stage) {
      const key = freshKey();
      await stage.claim(key, 'failed', { material: 'bytes' });
      await stage.store.release(key, 'failed');
      const retries = await claimAtOnce(stage, key, { retryOnly: true, material: 'bytes' });
      expectOneWinner('fifty late retries', retries, claimed(2));
    },
  },
  {
    id: 'race-same-owner',
    title: 'tells an owner that claims ten times at once the same each time, and counts one attempt',
    async play({ claim, clients }) {
      const key = freshKey();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => claim(key, 'patient', {}, clients[index % 2])),
      );
      expectSame('ten claims of one owner', answers, Array(10).fill(claimed(1)));
    },
  },
  {
    id: 'race-keys',
    title: 'keeps twenty events apart that are claimed at once, five times each',
    async play({ claim, clients, store }) {
      const claims = freshKeys(ROUNDS).flatMap((key) => ['a', 'b', 'c', 'd', 'e'].map((owner) => ({ key, owner })));
      const answers = await Promise.all(
        claims.map(({ key, owner }, index) => claim(key, owner, {}, clients[index % 2])),
      );
      for (let first = 0; first < claims.length; first += 5) {
        const won = first + expectOneWinner('five claims', answers.slice(first, first + 5), claimed(1));
        const { key, owner } = claims[won] ?? { key: '', owner: '' };
        expectSame('the completion by its winner', await store.complete(key, owner), true);
      }
    },
  },
  {
    id: 'race-complete-release',
    title: 'lets an owner that completes and releases at once do one of them',
    async play({ claim, clients: [one, other], store }) {
      const keys = freshKeys(ROUNDS);
      for (const key of keys) await claim(key, 'torn');
      const ends = await Promise.all(
        keys.map((key) => Promise.all([one.complete(key, 'torn'), other.release(key, 'torn')])),
      );
      for (const [index, key] of keys.entries()) {
        const [completed, released] = ends[index] ?? [];
        expectSame('exactly one of complete and release was true', completed !== released, true);
        const after: ClaimResult = completed ? { done: true } : claimed(2);
        expectSame(`a claim after ${completed ? 'complete' : 'release'} won`, await claim(key, 'next'), after);
        if (!completed) expectSame('the completion by the next', await store.complete(key, 'next'), true);
      }
    },
  },
  {
    id: 'race-complete-takeover',
    title: 'lets either a late completion or a takeover win, and never both',
    async play({ claim, clients: [one, other], pass, store }) {
      const keys = freshKeys(ROUNDS);
      for (const key of keys) await claim(key, 'slow', { leaseMs: SHORT_MS });
      await pass(SHORT_MS);
      const ends = await Promise.all(
        keys.map((key) => Promise.all([one.complete(key, 'slow'), claim(key, 'next', {}, other)])),
      );
      for (const [index, key] of keys.entries()) {
        const [completed, answer] = ends[index] ?? [];
        const right: ClaimResult = completed ? { done: true } : claimed(2);
        const takeover = await askedAgain(answer, () => claim(key, 'next', {}, other));
        expectSame(`a takeover beside a completion that answered ${completed}`, takeover, right);
        expectSame('a completion by who took over', await store.complete(key, 'next'), !completed);
      }
    },
  },
  {
    id: 'race-release-takeover',
    title: 'lets no late release take the event from whoever takes it over at that moment',
    async play({ claim, clients: [one, other], pass, store }) {
      const keys = freshKeys(ROUNDS);
      for (const key of keys) await claim(key, 'slow', { leaseMs: SHORT_MS });
      await pass(SHORT_MS);
      const takeovers = await Promise.all(
        keys.map(async (key) => (await Promise.all([one.release(key, 'slow'), claim(key, 'next', {}, other)]))[1]),
      );
      for (const [index, key] of keys.entries()) {
        const takeover = await askedAgain(takeovers[index], () => claim(key, 'next', {}, other));
        expectSame('a takeover beside a release', takeover, claimed(2));
        expectSame('a completion by who took over', await store.complete(key, 'next'), true);
      }
    },
  },
];

/** A store need not wait for the end that a takeover meets: "in flight" is true at that moment, and who asks again is told. */
async function askedAgain(answer: ClaimResult | undefined, ask: () => Promise<ClaimResult>) {
  return answer !== undefined && 'inFlight' in answer ? ask() : answer;
}
