import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../clean-environment.ts';
import { openSupply } from '../stores/supply.ts';
import type { Ground, News, Place } from './place.ts';
import type { Command, Report } from './process-messages.ts';

/** So many processes stand ready: to start one takes longer than a lease may wait. */
const SPARES = 2;
/** A process does what it is told within so long, milliseconds. A start on a busy machine takes seconds. */
const OBEY_MS = 20_000;

/** Plays every process of a scenario in a process of its own, on a real store behind a proxy that can be broken. */
export async function createProcessGround(kind: 'redis' | 'postgres'): Promise<Ground> {
  const supply = await openSupply(kind);
  const spares: Actor[] = [];
  let store: 'up' | 'down' = 'up';
  const refill = () => {
    while (spares.length < SPARES) spares.push(startActor());
  };
  refill();
  return {
    async begin() {
      supply.proxy.open();
      store = 'up';
      await supply.empty();
    },
    async open(setup, tell) {
      refill();
      const actor = spares.shift() ?? startActor();
      refill();
      await actor.ready;
      actor.listen(tell);
      const answer = await actor.order({ command: 'open', setup, address: supply.address });
      if (answer.report !== 'opened') throw new Error('the process opened no server.');
      return placeOf(
        actor,
        answer.port,
        () => store === 'up',
        (left) => spares.push(left),
      );
    },
    async turn(wanted) {
      store = wanted;
      if (wanted === 'up') supply.proxy.open();
      else supply.proxy.shut();
    },
    advance: () => undefined,
    async close() {
      await Promise.all(spares.map((spare) => spare.kill()));
      await supply.close();
    },
  };
}

function placeOf(actor: Actor, port: number, isUp: () => boolean, giveBack: (actor: Actor) => void): Place {
  return {
    port,
    died: actor.died,
    async prepare(order) {
      await actor.order({ command: 'prepare', order, reach: isUp() });
    },
    kill: () => actor.kill(),
    async leave() {
      actor.listen(() => undefined);
      await actor.order({ command: 'leave' });
      giveBack(actor);
    },
  };
}

/** A process that does one thing after another. */
interface Actor {
  /** Resolves when it can be told something. */
  readonly ready: Promise<unknown>;
  readonly died: Promise<void>;
  /** Resolves to its answer. @throws Error when it fails, dies, or takes too long */
  order(command: Command): Promise<Report>;
  /** From now on its news go here. */
  listen(tell: (news: News) => void): void;
  kill(): Promise<void>;
}

function startActor(): Actor {
  const child = fork(fileURLToPath(new URL('process.ts', import.meta.url)), {
    execArgv: ['--no-warnings', '--import', import.meta.resolve('tsx'), '--conditions=@postern/source'],
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const died = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const waiting: ((report: Report) => void)[] = [];
  let tell: (news: News) => void = () => undefined;
  child.on('message', (report: Report) => {
    if (report.report === 'news') tell(report);
    else if (report.report !== 'crashing') waiting.shift()?.(report);
  });
  const answer = () =>
    withinTime(new Promise<Report>((resolve) => waiting.push(resolve)), died).then((report) => {
      if (report.report === 'failed') throw new Error(report.message);
      return report;
    });
  const ready = answer();
  ready.catch(() => undefined);
  return {
    ready,
    died,
    async order(command) {
      const answered = answer();
      child.send(command);
      return answered;
    },
    listen(listener) {
      tell = listener;
    },
    kill: () => kill(child),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function withinTime<T>(answer: Promise<T>, died: Promise<void>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('a process did not do what it was told.')), OBEY_MS);
    void died.then(() => reject(new Error('a process died before it was told to.')));
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
