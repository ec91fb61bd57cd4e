import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../wire/send.ts';
import { deferred } from '../deferred.ts';
import { createCalendar } from './calendar.ts';
import type { Ground, News, Place } from './place.ts';
import type { Outcome, Scenario, Step } from './scenario.ts';
import { type Configured, configure } from './setup.ts';

/** An answer takes milliseconds, and a store that does not answer five seconds at the most. */
const DEADLINE_MS = 15_000;
/** A process that died is known to be dead by then. */
const DEATH_MS = 2_000;
/** How often a scenario is played when the machine is too slow for its shrunk lease. Each time the lease is twice as long. */
const TRIES = 4;

/** What came of a scenario. */
export interface Played {
  readonly outcomes: readonly Outcome[];
  /** Keys of its `config` that were passed over. */
  readonly ignored: readonly string[];
}

/**
 * Plays a scenario step by step, and tells each step's outcome.
 *
 * @throws Misuse for what no receiver could be made of, Error when a step has no outcome: no answer, or one that means nothing here
 */
export async function playScenario(scenario: Scenario, ground: Ground): Promise<Played> {
  for (let patience = 1, tries = 1; ; patience *= 2, tries++) {
    const configured = configure(scenario, patience);
    const outcomes = await playOnce(scenario, configured, ground);
    if (outcomes !== undefined) return { outcomes, ignored: configured.ignored };
    if (tries === TRIES) throw new Error('the machine is too slow for its leases.');
  }
}

/** A step that is being played. */
interface Going {
  readonly outcome: Promise<Outcome>;
  /** Resolves when its handler has begun, or it has been answered without one. */
  readonly begun: Promise<unknown>;
  readonly step: Step;
}

/** Plays a scenario from its beginning; nothing when real leases lapsed before they should have. */
async function playOnce(
  scenario: Scenario,
  { setup, handlerPace }: Configured,
  ground: Ground,
): Promise<readonly Outcome[] | undefined> {
  await ground.begin();
  const places = new Map<string, Place>();
  const calendar = createCalendar(scenario.steps, setup.lease);
  const started = new Map<number, () => void>();
  const going: Going[] = [];
  let { secrets } = scenario;

  function hear(news: News): void {
    if (news.news === 'started') started.get(news.callerPort)?.();
    else calendar.note(news);
  }

  async function placeOf({ process, restartBefore }: Step): Promise<Place> {
    const old = places.get(process);
    if (old !== undefined && !restartBefore) return old;
    await old?.kill();
    const place = await ground.open(setup, hear);
    places.set(process, place);
    // Whoever is sent to a process that died is sent to the next of its name.
    void place.died.then(() => places.get(process) === place && places.delete(process));
    return place;
  }

  async function start(step: Step): Promise<Going> {
    const place = await placeOf(step);
    await ground.turn(step.store);
    await calendar.reach(step.at);
    ground.advance(calendar.nowMs());
    let ran = false;
    const { promise: handlerBegan, resolve } = deferred();
    const plan =
      step.plan.does === 'hang' ? { does: 'hang' as const, ms: Math.ceil(step.plan.ms * handlerPace) } : step.plan;
    const reply = send(place.port, step.capture, DEADLINE_MS, (callerPort) => {
      started.set(callerPort, () => {
        ran = true;
        resolve();
      });
      return place.prepare({ callerPort, nowMs: step.at * 1000, calendarMs: calendar.nowMs(), plan, secrets });
    });
    const outcome = reply.then(
      ({ status }) => classify(status, ran),
      async (error: unknown): Promise<Outcome> => {
        if (await isDead(place)) return 'crash';
        throw error;
      },
    );
    return { outcome, begun: Promise.race([handlerBegan, outcome]), step };
  }

  try {
    for (const step of scenario.steps) {
      // Its failure is told when all are waited for.
      await (step.concurrent
        ? Promise.allSettled(going.map(({ begun }) => begun))
        : Promise.allSettled(going.map(({ outcome }) => outcome)));
      if (step.concurrent) await letTimePass(going.at(-1)?.step, step, handlerPace);
      secrets = step.secrets ?? secrets;
      const begun = await start(step);
      begun.begun.catch(() => undefined);
      going.push(begun);
    }
    const outcomes = await Promise.all(going.map(({ outcome }) => outcome));
    return calendar.kept() ? outcomes : undefined;
  } finally {
    await Promise.allSettled(going.map(({ outcome }) => outcome));
    await Promise.all([...places.values()].map((place) => place.leave()));
  }
}

/** Between two steps at once, the first handler's time goes by as far as it lasts. */
async function letTimePass(before: Step | undefined, step: Step, pace: number): Promise<void> {
  if (before?.plan.does !== 'hang') return;
  const gapMs = (step.at - before.at) * 1000;
  if (gapMs > 0 && gapMs < before.plan.ms) await sleep(gapMs * pace);
}

/** The outcome that a status means. */
function classify(status: number, ran: boolean): Outcome {
  if (status < 300) return ran ? 'run' : 'duplicate';
  // 500 comes from nothing but settings under which the application would not have started.
  if ((status >= 400 && status < 500) || status === 500) return 'reject';
  if (status === 503) return 'retry-later';
  throw new Error(`the caller saw ${status}, which is no outcome.`);
}

function isDead(place: Place): Promise<boolean> {
  return Promise.race([place.died.then(() => true), sleep(DEATH_MS, false, { ref: false })]);
}
