import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { Mount, Spoiling } from './mount.ts';
import { IMPOSSIBLE, type Sight } from './sight.ts';
import { openStage, type Stage, type StageHandler, type StageOptions } from './stage.ts';

/** One case of the list: what a guard has to do, wherever it is mounted. */
export interface AdapterCase {
  /** A short name, by which a mount names its known differences. */
  readonly id: string;
  /** What the cases around it are about, for tables. */
  readonly theme: string;
  /** What has to happen, as a sentence. */
  readonly title: string;
  /**
   * Starts a server of the mount, plays the case on it over raw sockets, and holds what was seen against what is expected.
   *
   * @throws AssertionError with both, when they differ
   */
  run(mount: Mount): Promise<void>;
}

/** A case as it is written down. */
export interface CaseScript {
  readonly id: string;
  readonly title: string;
  readonly options?: StageOptions;
  /** How the body is spoilt before the guard sees it. */
  readonly spoilt?: Spoiling;
  /** Default: returns nothing, and leaves the answer to the guard. */
  readonly handler?: StageHandler;
  /** What has to be seen. What is not named may be anything. */
  readonly expects: Sight;
  play(stage: Stage): Promise<void>;
}

/** A delivery that is accepted, handled once and acknowledged. */
export const ACCEPTED: Sight = {
  answers: [200],
  verdicts: ['accepted'],
  runs: [1],
  bodies: 'as signed',
  settled: ['committed'],
};

/** A delivery that is turned away, with no run of the handler. */
export function refused(status: number, reason: string): Sight {
  return { answers: [status], verdicts: [reason], runs: [], settled: [] };
}

/** Records may come from another process, a little later than the answer. */
const SETTLE_MS = 2_000;

/** Makes a case of its script. */
export function createCase(theme: string, script: CaseScript): AdapterCase {
  return {
    id: script.id,
    theme,
    title: script.title,
    async run(mount) {
      const expected = expectationOf(script, mount);
      const seen = await perform(script, mount, expected);
      if (!isDeepStrictEqual(seen, expected))
        throw fault(`${mount.name} ${script.title}: that is not what was seen.`, script.id, seen, expected);
    },
  };
}

/** What this mount is expected to show: what every mount shows, but for the parts its known difference names. */
function expectationOf({ id, expects }: CaseScript, { name, differences }: Mount): Sight {
  const difference = differences?.[id];
  if (difference === undefined) return expects;
  const { sees } = difference;
  if (isDeepStrictEqual(sees, IMPOSSIBLE)) return IMPOSSIBLE;
  const idle = Object.keys(sees).filter(
    (part) => !Object.hasOwn(expects, part) || isDeepStrictEqual(sees[part], expects[part]),
  );
  if (idle.length > 0 || Object.keys(sees).length === 0)
    throw fault(`The known difference of ${name} makes none (${idle.join(', ')}).`, id, sees, expects);
  return { ...expects, ...sees };
}

/** Plays a case. Resolves to what was seen of the parts that are expected. */
async function perform(script: CaseScript, mount: Mount, expected: Sight): Promise<Sight> {
  if (script.spoilt !== undefined && mount.spoilt?.[script.spoilt] === undefined) return IMPOSSIBLE;
  // Held against a mount that can play the case after all.
  const parts = Object.keys(expected === IMPOSSIBLE ? script.expects : expected);
  const stage = await openStage(mount, script);
  const sight = () => {
    const seen = stage.sight();
    return Object.fromEntries(parts.map((part) => [part, seen[part]]));
  };
  try {
    await script.play(stage);
    const end = performance.now() + SETTLE_MS;
    while (!isDeepStrictEqual(sight(), expected) && expected !== IMPOSSIBLE && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    await stage.close();
  }
  // Once more when the server is down: nothing may have been added.
  return sight();
}

function fault(message: string, id: string, actual: unknown, expected: unknown): AssertionError {
  const lines = [`${message} (${id})`, `expected ${JSON.stringify(expected)}`, `seen     ${JSON.stringify(actual)}`];
  return new AssertionError({ message: lines.join('\n'), actual, expected });
}
