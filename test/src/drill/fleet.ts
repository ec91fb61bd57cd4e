import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cleanEnvironment } from '../clean-environment.ts';
import { bundleReceiver } from './bundle-receiver.ts';
import type { Death } from './ledger.ts';
import type { BreakPoint } from './plan.ts';
import type { Command, ReceiverSetup, Report } from './receiver-messages.ts';

/** A receiver that listens. */
export interface Listening {
  readonly process: string;
  readonly port: number;
}

/** Receivers, each in a process of its own, and somebody who starts another when one has ended. */
export interface Fleet {
  /** Those that listen now, the next in turn first. */
  next(): readonly Listening[];
  readonly deaths: readonly Death[];
  /** Kills one, at once or when a delivery comes to a point. */
  kill(receiver: number, point: BreakPoint | 'at once'): void;
  /** Asks one to end as a deployment does. */
  restart(receiver: number): void;
  setClock(receiver: number, skewMs: number): void;
  close(): Promise<void>;
}

/** What every receiver is told, but for what each has of its own. */
export type FleetSetup = Omit<ReceiverSetup, 'name' | 'ledger' | 'skewMs'>;

interface Slot {
  readonly receiver: number;
  generation: number;
  skewMs: number;
  child: ChildProcess | undefined;
  port: number | undefined;
}

/** A process that has nothing to do yet. */
interface Spare {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
}

/** Starts so many receivers, with their ledgers in a folder, and resolves when all listen. */
export async function startFleet(count: number, folder: string, setup: FleetSetup): Promise<Fleet> {
  const slots: Slot[] = Array.from({ length: count }, (_, receiver) => ({
    receiver,
    generation: 0,
    skewMs: 0,
    child: undefined,
    port: undefined,
  }));
  const deaths: Death[] = [];
  const program = await bundleReceiver(folder);
  // To start one takes longer than a drill may do without: some stand ready.
  const spares: Spare[] = [];
  let closing = false;
  let turn = 0;
  const nameOf = ({ receiver, generation }: Slot) => `${receiver}.${generation}`;

  async function fill(slot: Slot): Promise<void> {
    const { child, ready } = spares.shift() ?? startReceiver(program);
    spares.push(startReceiver(program));
    slot.generation++;
    slot.child = child;
    const name = nameOf(slot);
    child.once('exit', () => {
      if (closing) return;
      deaths.push({ process: name, at: Date.now() });
      slot.port = undefined;
      void fill(slot);
    });
    await ready;
    const own = { name, ledger: join(folder, `${name}.jsonl`), skewMs: slot.skewMs };
    const port = await opened(child, { ...setup, ...own });
    if (port !== undefined && slot.child === child) slot.port = port;
  }

  await Promise.all(slots.map(fill));
  return {
    next() {
      turn++;
      const listening = slots.flatMap((slot) =>
        slot.port === undefined ? [] : [{ process: nameOf(slot), port: slot.port }],
      );
      const at = listening.length === 0 ? 0 : turn % listening.length;
      return [...listening.slice(at), ...listening.slice(0, at)];
    },
    deaths,
    kill(receiver, point) {
      const child = slots[receiver]?.child;
      if (point === 'at once') child?.kill('SIGKILL');
      else order(child, { command: 'arm', point });
    },
    restart(receiver) {
      slots[receiver]?.child?.kill('SIGTERM');
    },
    setClock(receiver, skewMs) {
      const slot = slots[receiver];
      if (slot === undefined) return;
      slot.skewMs = skewMs;
      order(slot.child, { command: 'clock', skewMs });
    },
    async close() {
      closing = true;
      const children = [...spares.map(({ child }) => child), ...slots.flatMap(({ child }) => child ?? [])];
      await Promise.all(children.map(end));
    },
  };
}

function startReceiver(program: string): Spare {
  const child = fork(program, {
    execArgv: [],
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('error', () => undefined);
  return { child, ready: heard(child, 'ready') };
}

async function opened(child: ChildProcess, setup: ReceiverSetup): Promise<number | undefined> {
  const report = heard(child, 'opened');
  order(child, { command: 'open', setup });
  const answer = await report;
  return answer?.report === 'opened' ? answer.port : undefined;
}

/** Resolves to the report of this kind, or to nothing when the process ends first. */
function heard(child: ChildProcess, kind: Report['report']): Promise<Report | undefined> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve(undefined));
    child.on('message', (report: Report) => {
      if (report.report === kind) resolve(report);
    });
  });
}

function order(child: ChildProcess | undefined, command: Command): void {
  if (child?.connected === true) child.send(command, () => undefined);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
