// A receiver of the drill: one process, every profile's route, told over the channel to its parent when to die, and gone when its parent is.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimStore, Delivery } from '@postern/core';
import { webhook } from '@postern/express';
import express from 'express';
import { openStore } from '../stores/open-store.ts';
import type { Line, Role } from './ledger.ts';
import { openLedger } from './ledger-file.ts';
import type { BreakPoint } from './plan.ts';
import { makeProfiles, PROFILE_NAMES } from './profiles.ts';
import { type Command, EFFECTS_TABLE, type ReceiverSetup, type Report } from './receiver-messages.ts';

/** A handler's deadline, and what its claim is safe for: core's own grace is longer than the drill can wait. */
const HANDLER_TIMEOUT_MS = 1_500;
const LEASE_MS = 3_000;
/** Running handlers have so long when the process is asked to end, milliseconds. */
const DRAIN_MS = 5_000;
/** And the last answers so long to leave. */
const ANSWER_MS = 1_000;

/** So many questions are asked of the store at once before the first delivery comes. */
const CONNECTIONS = 10;

/** What is known of a delivery from its unsigned note, for the ledger alone. */
interface Note {
  readonly event: string;
  readonly role: Role;
  readonly run: number;
}

const notes = new AsyncLocalStorage<Note>();
let armed: BreakPoint | undefined;
let skewMs = 0;

process.on('disconnect', () => process.exit());
process.on('message', (command: Command) => {
  if (command.command === 'open') void open(command.setup).then((port) => tell({ report: 'opened', port }));
  else if (command.command === 'arm') armed = command.point;
  else ({ skewMs } = command);
});
tell({ report: 'ready' });

function tell(report: Report): void {
  process.send?.(report);
}

/** Dies here, if it was told to. */
async function pass(point: BreakPoint): Promise<void> {
  if (armed !== point) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

async function open(setup: ReceiverSetup): Promise<number> {
  ({ skewMs } = setup);
  const writeLine = openLedger(setup.ledger);
  const source = await openStore(setup.address);
  // Whoever listens is ready: its connections are open.
  await Promise.all(Array.from({ length: CONNECTIONS }, source.reach));
  let runs = 0;

  const note = (what: Line['what'], more: Partial<Line> = {}) => {
    const { event = '', role = 'event', run = 0 } = notes.getStore() ?? {};
    writeLine({ at: Date.now(), what, event, process: setup.name, run, role, ...more });
  };

  async function work(delivery: Delivery): Promise<void> {
    const { id, MessageId, firstTime, forged } = delivery.json<Record<string, unknown>>();
    const event = String(id ?? MessageId);
    const { attempt, previouslyStarted } = delivery;
    note('start', { event, forged: forged === true, attempt, previouslyStarted });
    if (setup.flaw === 'acknowledges before the work') delivery.acknowledge();
    if (attempt === 1 && firstTime === 'throws') {
      note('failed');
      throw new Error('this handler was told to throw');
    }
    await sleep(attempt === 1 && firstTime === 'outlasts its deadline' ? 2 * HANDLER_TIMEOUT_MS : setup.handlerMs / 2);
    await pass('in-handler');
    await sleep(setup.handlerMs / 2);
    // Whoever is told that its time is over does not do its work any more.
    delivery.signal.throwIfAborted();
    if (setup.inTransaction && source.postgres !== undefined) {
      await source.postgres.store.transaction(delivery, async (client) => {
        await client.query(`INSERT INTO ${EFFECTS_TABLE} (event) VALUES ($1)`, [event]);
        await pass('after-handler');
      });
      await pass('after-commit');
    }
    note('done');
  }

  const store = watchStore(setup, source.store, note);
  const app = express();
  app.use((request, _response, next) => {
    const [role, event] = (request.get('x-drill') ?? '').split(' ');
    notes.run({ role: role as Role, event: event ?? '', run: ++runs }, next);
  });
  const guards = PROFILE_NAMES.map((name) => {
    const { provider, secret, options } = makeProfiles()[name];
    const guard = webhook(
      {
        ...options,
        provider,
        endpoint: name,
        secrets: secret,
        store,
        handlerTimeoutMs: HANDLER_TIMEOUT_MS,
        now: () => Date.now() + skewMs,
        onVerdict: () => undefined,
        onSettled: ({ outcome }) => {
          if (outcome !== 'committed') note('given-back');
        },
      },
      work,
    );
    app.post(`/hooks/${name}`, guard);
    return guard;
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('SIGTERM', async () => {
    // Who comes now is refused, and goes to the next receiver. Who is here already is answered.
    const empty = once(server, 'close');
    server.close();
    await Promise.all(guards.map((guard) => guard.close({ deadlineMs: DRAIN_MS })));
    await Promise.race([empty, sleep(ANSWER_MS)]);
    process.exit(0);
  });
  return (server.address() as AddressInfo).port;
}

/** A store with the drill's lease, whose doings are in the ledger, and at which a receiver may die. */
function watchStore(setup: ReceiverSetup, store: ClaimStore, note: (what: Line['what']) => void): ClaimStore {
  let forgotten = 0;
  return {
    async claim(key, request) {
      const known = setup.flaw === 'forgets claims' ? `${key}${++forgotten}` : key;
      const result = await store.claim(known, { ...request, leaseMs: LEASE_MS });
      if (!('claimed' in result)) return result;
      note('claimed');
      await pass('after-claim');
      return result;
    },
    async complete(key, owner) {
      if (!setup.inTransaction) await pass('after-handler');
      const own = setup.flaw === 'forgets claims' || (await store.complete(key, owner));
      if (own) note('committed');
      await pass('after-commit');
      return own;
    },
    release: (key, owner) => store.release(key, owner),
  };
}
