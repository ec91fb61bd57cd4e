import { createDice } from './dice.ts';
import { makeProfiles, type ProfileName, TOLERANCE_SECONDS } from './profiles.ts';

/** What a handler does the first time it sees an event. Afterwards it does its work. */
export type FirstTime = 'works' | 'throws' | 'outlasts its deadline';

/** An event that a provider will deliver until it is told to stop. */
export interface PlannedEvent {
  readonly id: string;
  readonly profile: ProfileName;
  /** From the drill's start, milliseconds, here and below. */
  readonly atMs: number;
  readonly firstTime: FirstTime;
}

/**
 * What is sent once, by somebody else: a `forgery` with the id of a coming event and a signature of another key; a `stranger`, genuine
 * but signed too long ago; a `replay` of the bytes of an event that was acknowledged, if it was by then.
 */
export interface PlannedAttack {
  readonly kind: 'forgery' | 'stranger' | 'replay';
  readonly profile: ProfileName;
  /** The event that is meant; a stranger's own. */
  readonly event: string;
  readonly atMs: number;
}

/** Where a receiver can be made to die. */
export const BREAK_POINTS = ['after-claim', 'in-handler', 'after-handler', 'after-commit'] as const;

/** One of them. */
export type BreakPoint = (typeof BREAK_POINTS)[number];

/** A misfortune. Receivers are counted from 0. */
export type Misfortune = { readonly atMs: number } & (
  | { readonly what: 'kill'; readonly receiver: number; readonly point: BreakPoint | 'at once' }
  | { readonly what: 'restart'; readonly receiver: number }
  | { readonly what: 'clock'; readonly receiver: number; readonly skewMs: number }
  | { readonly what: 'store-shut' | 'store-killed' | 'store-frozen' | 'store-slow'; readonly forMs: number }
  | { readonly what: 'answer-cut' }
);

/** Kinds of misfortune. */
export const CHAOS_NAMES = ['kill', 'restart', 'store', 'clock'] as const;

/** One of them. */
export type ChaosName = (typeof CHAOS_NAMES)[number];

/** What a plan is made of. */
export interface PlanOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Events a second. */
  readonly rate: number;
  readonly profiles: readonly [ProfileName, ...ProfileName[]];
  readonly receivers: number;
  /** Seconds between two kills. */
  readonly killEvery: number;
  readonly chaos: readonly ChaosName[];
}

/** Everything that will be done, decided before it begins. */
export interface Plan {
  readonly events: readonly PlannedEvent[];
  readonly attacks: readonly PlannedAttack[];
  readonly misfortunes: readonly Misfortune[];
}

/** The misfortunes of a drill are over so long before its end, milliseconds, and stores are well again. */
const QUIET_MS = 1_500;

/** Makes the plan of a seed: the same seed and options give the same deliveries and the same misfortunes. */
export function makePlan(options: PlanOptions): Plan {
  return { ...planDeliveries(options), misfortunes: planMisfortunes(options) };
}

function planDeliveries({ seed, seconds, rate, profiles }: PlanOptions): Pick<Plan, 'events' | 'attacks'> {
  const dice = createDice(seed);
  const manners = makeProfiles();
  const events: PlannedEvent[] = [];
  const attacks: PlannedAttack[] = [];
  for (let number = 0; number < seconds * rate; number++) {
    const profile = dice.pick(profiles);
    const id = `evt_${seed}_${number}`;
    const atMs = Math.round(((number + dice.roll()) / rate) * 1000);
    const luck = dice.roll();
    events.push({
      id,
      profile,
      atMs,
      firstTime: luck < 0.05 ? 'throws' : luck < 0.07 ? 'outlasts its deadline' : 'works',
    });
    if (dice.chance(0.05)) attacks.push({ kind: 'forgery', profile, event: id, atMs: Math.max(0, atMs - 100) });
    if (dice.chance(0.05)) attacks.push({ kind: 'replay', profile, event: id, atMs: atMs + 500 + dice.roll() * 5_000 });
    if (manners[profile].timed && dice.chance(0.03))
      attacks.push({ kind: 'stranger', profile, event: `stranger_${seed}_${number}`, atMs });
  }
  return { events, attacks };
}

function planMisfortunes({ seed, seconds, receivers, killEvery, chaos }: PlanOptions): readonly Misfortune[] {
  const endMs = seconds * 1000 - QUIET_MS;
  const misfortunes: Misfortune[] = [];
  /** Every so often, at a moment of its own, and never in the quiet time. */
  const repeat = (name: ChaosName, everyMs: number, make: (atMs: number, count: number) => Misfortune) => {
    if (!chaos.includes(name)) return;
    // Each kind has dice of its own, so that leaving one out does not change the others.
    const dice = createDice(seed * 31 + CHAOS_NAMES.indexOf(name));
    for (let count = 0; ; count++) {
      const atMs = Math.round((count + 0.5 + dice.roll() / 2) * everyMs);
      if (atMs > endMs) return;
      misfortunes.push(make(atMs, count));
    }
  };
  const dice = createDice(seed ^ 0x5eed);
  const receiver = () => Math.floor(dice.roll() * receivers);
  repeat('kill', killEvery * 1000, (atMs, count) => ({
    what: 'kill',
    atMs,
    receiver: receiver(),
    point: [...BREAK_POINTS, 'at once' as const][count % 5] ?? 'at once',
  }));
  repeat('restart', 8_000, (atMs, count) => ({ what: 'restart', atMs, receiver: count % receivers }));
  repeat('store', 4_000, (atMs, count) => {
    const forMs = Math.min(Math.round(300 + dice.roll() * 1_200), endMs - atMs + 1);
    const kinds = ['store-shut', 'answer-cut', 'store-slow', 'store-frozen', 'store-killed'] as const;
    const what = kinds[count % kinds.length] ?? 'answer-cut';
    return what === 'answer-cut' ? { what, atMs } : { what, atMs, forMs };
  });
  // Set wrong by less and by more than the tolerance, and right again.
  const skews = [0.6, -0.6, 0, 1.5, -1.5, 0];
  repeat('clock', 3_000, (atMs, count) => ({
    what: 'clock',
    atMs,
    receiver: Math.floor(count / skews.length) % receivers,
    skewMs: (skews[count % skews.length] ?? 0) * TOLERANCE_SECONDS * 1000,
  }));
  return misfortunes.sort((a, b) => a.atMs - b.atMs);
}
