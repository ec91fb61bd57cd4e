import { AssertionError } from 'node:assert';
import { setImmediate } from 'node:timers/promises';
import { type ClaimRequest, type ClaimResult, type ClaimStore, memoryStore } from '@postern/core';
import { type OpenStore, storeCases } from '@postern/testing';
import { describe, expect, it } from 'vitest';

/** Ways in which a store of somebody's own could be wrong, each with a case that must find it. */
const DEFECTS = {
  'reads, and writes later': 'race-first',
  'takes over in two steps': 'race-lapsed',
  'gives back in two steps': 'race-complete-release',
  'completes in two steps': 'race-complete-takeover',
  'releases in two steps': 'race-release-takeover',
  'claims a late retry in two steps': 'race-late',
  'counts each time an owner asks': 'race-same-owner',
  'shares one lock between all keys': 'race-keys',
  'does not say how long to wait': 'lease-first',
  'never ends a lease': 'lease-lapsed',
  'lets anybody complete': 'lease-late-owner',
  'lets anybody release': 'settle-owner',
  'ends a claim with its lease': 'lease-unfollowed',
  'sends an owner that asks again away': 'lease-asked-again',
  'forgets attempts with a release': 'lease-attempts',
  'forgets attempts with a lapse': 'race-lapsed',
  'keeps times in 31 bits': 'lease-long',
  'goes by the time of day': 'lease-clock',
  'forgets what is done': 'settle-complete',
  'forgets who completed': 'settle-complete-again',
  'says true to whoever completes what is done': 'settle-complete-again',
  'releases what is done': 'settle-after-complete',
  'lets an owner complete what it gave back': 'settle-after-release',
  'takes an empty owner for one': 'settle-after-release',
  'makes an entry of what is unknown': 'settle-unknown',
  'compares the beginnings of owners': 'settle-owner',
  'takes keys without regard to case': 'settle-key',
  'cleans keys of what is not a letter': 'settle-key',
  'claims for a late stranger': 'late-stranger',
  'sends every late retry away': 'late-released',
  'sends a late retry of a crash away': 'late-lapsed',
  'takes a late retry of what is done for a stranger': 'late-settled',
  'lets late retries in whatever their bytes': 'late-material',
  'keeps the bytes of the first claim': 'late-material',
  'tells no bytes from empty ones': 'late-no-material',
  'remembers from the end': 'keep-done',
  'remembers for ever': 'keep-released',
  'counts from the first claim': 'keep-last-claim',
  'remembers longer with each late retry': 'keep-late',
  'forgets a late retry that runs': 'keep-late-running',
} as const;

type Defect = keyof typeof DEFECTS;

interface Entry {
  owner: string;
  attempts: number;
  leaseUntil: number;
  keepUntil: number;
  keepMs: number;
  material: string | undefined;
  done: boolean;
}

/** A store as somebody might write it, with one defect, or none. */
function openStore(defect?: Defect): OpenStore {
  const has = (...names: readonly Defect[]) => names.some((name) => name === defect);
  const entries = new Map<string, Entry>();
  let time = 1_000_000;
  const now = () => (has('goes by the time of day') ? Date.now() + time : time);
  const placeOf = (key: string) => {
    if (has('takes keys without regard to case')) return key.toLowerCase();
    return has('cleans keys of what is not a letter') ? key.replace(/[^A-Za-z0-9]/g, 'A') : key;
  };
  const isSame = (a: string, b: string) =>
    a === b || (has('compares the beginnings of owners') && (a.startsWith(b) || b.startsWith(a)));
  const live = (key: string) => {
    const entry = entries.get(placeOf(key));
    return entry !== undefined && (entry.keepUntil > now() || has('remembers for ever')) ? entry : undefined;
  };
  const answer = (attempt: number): ClaimResult => ({ claimed: true, attempt, previouslyStarted: attempt > 1 });
  const until = (ms: number) => now() + (has('keeps times in 31 bits') ? ms | 0 : ms);

  async function claim(key: string, request: ClaimRequest): Promise<ClaimResult> {
    const { owner, leaseMs, keepMs, retryOnly = false } = request;
    const material = has('tells no bytes from empty ones') ? request.material : (request.material ?? '');
    const known = live(key);
    if (known?.done && !(retryOnly && has('takes a late retry of what is done for a stranger'))) return { done: true };
    const running = known !== undefined && known.owner !== '' && !known.done;
    const lapsed = running && known.leaseUntil <= now();
    if (running && (!lapsed || has('never ends a lease'))) {
      if (has('counts each time an owner asks') && known.owner === owner) return answer(++known.attempts);
      if (known.owner === owner && !has('sends an owner that asks again away')) return answer(known.attempts);
      return { inFlight: true, retryAfterMs: has('does not say how long to wait') ? 0 : known.leaseUntil - now() };
    }
    if (has('shares one lock between all keys'))
      for (const other of entries.values())
        if (!other.done && other.owner !== '' && other.leaseUntil > now())
          return { inFlight: true, retryAfterMs: other.leaseUntil - now() };
    if (retryOnly) {
      const sameBytes = known?.material === material || has('lets late retries in whatever their bytes');
      const stranger = known === undefined || known.done || !sameBytes;
      if (has('sends every late retry away') || (lapsed && has('sends a late retry of a crash away')))
        return { unknown: true };
      if (stranger && !(known === undefined && has('claims for a late stranger'))) return { unknown: true };
    }
    const started = lapsed ? 'takes over in two steps' : 'gives back in two steps';
    const slow = retryOnly
      ? 'claims a late retry in two steps'
      : known === undefined
        ? 'reads, and writes later'
        : started;
    if (has(slow)) await setImmediate();
    const before = lapsed && has('forgets attempts with a lapse') ? 0 : (known?.attempts ?? 0);
    const longer = retryOnly && !has('remembers longer with each late retry');
    const lateUntil = Math.max(known?.keepUntil ?? 0, has('forgets a late retry that runs') ? 0 : until(leaseMs));
    const counted = known !== undefined && has('counts from the first claim') ? known.keepUntil : until(keepMs);
    entries.set(placeOf(key), {
      owner,
      attempts: before + 1,
      leaseUntil: until(leaseMs),
      keepUntil: longer ? lateUntil : counted,
      keepMs,
      material: has('keeps the bytes of the first claim') ? (known?.material ?? material) : material,
      done: false,
    });
    return answer(before + 1);
  }

  async function complete(key: string, owner: string) {
    const entry = live(key);
    if (entry === undefined) {
      if (has('makes an entry of what is unknown')) await claim(key, { owner, leaseMs: 1, keepMs: 60_000 });
      return false;
    }
    if (entry.done && has('forgets who completed')) return false;
    if (entry.done && has('says true to whoever completes what is done')) return true;
    if (owner === '' && !has('takes an empty owner for one')) return false;
    if (has('ends a claim with its lease') && entry.leaseUntil <= now()) return false;
    const itsOwn = has('lets an owner complete what it gave back') && entry.keepMs === -owner.length;
    if (!isSame(entry.owner, owner) && !itsOwn && !(has('lets anybody complete') && !entry.done)) return false;
    if (has('completes in two steps', 'gives back in two steps')) await setImmediate();
    if (has('forgets what is done')) return entries.delete(placeOf(key));
    const keepUntil = has('remembers from the end') ? now() + entry.keepMs : entry.keepUntil;
    entries.set(placeOf(key), { ...entry, done: true, keepUntil });
    return true;
  }

  async function release(key: string, owner: string) {
    const entry = live(key);
    if (entry === undefined || (entry.done && !has('releases what is done'))) return false;
    if (owner === '' && !has('takes an empty owner for one')) return false;
    if (!isSame(entry.owner, owner) && !has('lets anybody release')) return false;
    if (has('releases in two steps', 'gives back in two steps')) await setImmediate();
    const attempts = has('forgets attempts with a release') ? 0 : entry.attempts;
    const keepMs = has('lets an owner complete what it gave back') ? -owner.length : entry.keepMs;
    entries.set(placeOf(key), { ...entry, owner: '', done: false, attempts, keepMs });
    return true;
  }

  const store: ClaimStore = { claim, complete, release };
  return {
    store,
    advance(milliseconds) {
      time += milliseconds;
    },
    close: () => undefined,
  };
}

describe('the memory store', () => {
  for (const one of storeCases)
    it(one.title, () =>
      one.run(() => {
        let now = 0;
        return {
          store: memoryStore({ now: () => now }),
          advance(milliseconds) {
            now += milliseconds;
          },
          close: () => undefined,
        };
      }),
    );
});

describe('a memory store that keeps its own time', () => {
  for (const one of storeCases)
    it.concurrent(one.title, () => one.run(() => ({ store: memoryStore(), close: () => undefined })));
});

describe('a store of one’s own', () => {
  for (const one of storeCases) it(one.title, () => one.run(() => openStore()));
});

/** The cases that a defect does not pass. */
async function failures(defect: Defect): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const one of storeCases) {
    const error = await one
      .run(() => openStore(defect))
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    if (error === undefined) continue;
    expect(error).toBeInstanceOf(AssertionError);
    expect((error as AssertionError).message).toContain(one.id);
    failed.push(one.id);
  }
  return failed;
}

describe('the list', () => {
  it.each(Object.entries(DEFECTS))('finds a store that %s', async (defect, id) => {
    expect(await failures(defect as Defect)).toContain(id);
  });

  it('has no two cases of one id or title', () => {
    for (const part of ['id', 'title'] as const)
      expect(new Set(storeCases.map((one) => one[part])).size).toBe(storeCases.length);
  });

  it('has no case that finds nothing', async () => {
    const found = new Set<string>();
    for (const defect of Object.keys(DEFECTS)) for (const id of await failures(defect as Defect)) found.add(id);
    expect(storeCases.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  });

  it('closes the store also when a case fails, and passes on what the store throws', async () => {
    const closed: string[] = [];
    const [one] = storeCases;
    const opened = { ...openStore('reads, and writes later'), close: () => closed.push('failed') };
    await expect(one?.run(() => opened)).rejects.toThrow(AssertionError);
    const store = { ...opened.store, claim: () => Promise.reject(new Error('the database is away')) };
    await expect(one?.run(() => ({ store, close: () => closed.push('threw') }))).rejects.toThrow(
      'the database is away',
    );
    expect(closed).toEqual(['failed', 'threw']);
  });

  it('plays races on two clients where there are two', async () => {
    const shared = openStore();
    const asked = new Set<string>();
    const client = (name: string): ClaimStore => ({
      ...shared.store,
      claim: (key, request) => {
        asked.add(name);
        return shared.store.claim(key, request);
      },
    });
    const race = storeCases.find(({ id }) => id === 'race-first');
    await race?.run(() => ({ ...shared, store: client('one'), another: async () => client('two') }));
    expect([...asked].sort()).toEqual(['one', 'two']);
  });
});
