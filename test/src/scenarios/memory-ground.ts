import { type ClaimStore, memoryStore } from '@postern/core';
import { serveGuarded } from './guarded-server.ts';
import type { Ground, Place } from './place.ts';
import type { Setup } from './setup.ts';

/**
 * Plays everything in this process, on the memory store, whose leases follow the scenario's clock.
 *
 * Where a scenario assumes a store that survives its processes, all of them share one memory store: a restart is a new server on it, and
 * a crash a server that never says anything to it again.
 */
export function createMemoryGround(): Ground {
  let shared: ClaimStore | undefined;
  let clockMs = 0;
  let down = false;
  const newStore = ({ maxEntries }: Setup) =>
    memoryStore({ now: () => clockMs, ...(maxEntries === undefined ? {} : { maxEntries }) });
  return {
    async begin() {
      shared = undefined;
      down = false;
      clockMs = 0;
    },
    async open(setup, tell) {
      shared ??= newStore(setup);
      const store = setup.ownMemory ? newStore(setup) : shared;
      return openPlace(setup, store, () => down, tell);
    },
    async turn(store) {
      down = store === 'down';
    },
    advance(nowMs) {
      clockMs = nowMs;
    },
    close: async () => undefined,
  };
}

async function openPlace(
  setup: Setup,
  store: ClaimStore,
  down: () => boolean,
  tell: Parameters<Ground['open']>[1],
): Promise<Place> {
  const dead = new AbortController();
  const died = new Promise<void>((resolve) => dead.signal.addEventListener('abort', () => resolve()));
  /** Asks the store, unless it cannot be reached or there is nobody left to ask. */
  const ask = <Answer>(question: () => Promise<Answer>): Promise<Answer> => {
    if (dead.signal.aborted) return new Promise(() => undefined);
    return down() ? Promise.reject(new Error('the store is down')) : question();
  };
  const server = await serveGuarded({
    setup,
    store: {
      claim: (key, request) => ask(() => store.claim(key, { ...request, leaseMs: setup.lease.nominalMs })),
      complete: (key, owner) => ask(() => store.complete(key, owner)),
      release: (key, owner) => ask(() => store.release(key, owner)),
    },
    onStart: (callerPort) => tell({ news: 'started', callerPort }),
    crash: () => void kill(),
  });
  async function kill(): Promise<void> {
    dead.abort();
    await server.close();
  }
  return {
    port: server.port,
    prepare: async (order) => server.prepare(order),
    died,
    kill,
    leave: () => server.close(),
  };
}
