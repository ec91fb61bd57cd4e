import type { Death, Fate, Line, Try } from './ledger.ts';
import type { PlannedEvent } from './plan.ts';
import { type Profile, type ProfileName, TOLERANCE_SECONDS } from './profiles.ts';

/** What is known when a drill is over. */
export interface Evidence {
  readonly events: readonly PlannedEvent[];
  readonly profiles: Readonly<Record<ProfileName, Profile>>;
  readonly fates: ReadonlyMap<string, Fate>;
  readonly tries: readonly Try[];
  readonly lines: readonly Line[];
  readonly deaths: readonly Death[];
  /** True where receivers' clocks were set wrong: then they may refuse as stale what is not. */
  readonly clocksWrong: boolean;
  /** Rows that handlers wrote in the transaction that completed the claim, by event; absent where they wrote none. */
  readonly effects: ReadonlyMap<string, number> | undefined;
}

/** The kinds of breach, and what each means. */
export const BREACHES = {
  lost: 'the sender stopped, and no handler has done the work',
  doubled: 'a handler began again, and nothing had failed before',
  untold: 'a handler began again, and was not told that it was not the first',
  'falsely accepted': 'a handler began for a forgery, a stale stranger or a replay',
  'wrong status': 'an answer that its cause does not allow',
  'effects repeated': 'one event has two rows that were committed with its claim',
} as const;

/** One of them. */
export type BreachKind = keyof typeof BREACHES;

/** Something that must not be. */
export interface Breach {
  readonly kind: BreachKind;
  readonly event: string;
  readonly detail: string;
}

/** What a profile's events came to. */
export interface Count {
  events: number;
  tries: number;
  acknowledged: number;
  done: number;
  /** Handlers that began again after a failure, as they may. */
  repeats: number;
  /** Not done, and the sender does not try again after such an answer. */
  dropped: number;
  /** Not done: it was never claimed while it was fresh, and no retry was signed anew. Nobody can tell such a one from a stranger. */
  tooLate: number;
}

/** The judge's finding. */
export interface Finding {
  readonly breaches: readonly Breach[];
  readonly counts: ReadonlyMap<ProfileName, Count>;
}

/** Joins the ledgers of senders and receivers, and finds what must not be. */
export function judge(evidence: Evidence): Finding {
  const breaches: Breach[] = [];
  const counts = new Map<ProfileName, Count>();
  const linesOf = groupBy(evidence.lines, ({ event }) => event);
  const triesOf = groupBy(evidence.tries, ({ event }) => event);
  for (const event of evidence.events) {
    const lines = (linesOf.get(event.id) ?? []).filter(({ forged }) => forged !== true);
    const tries = (triesOf.get(event.id) ?? []).filter(({ role }) => role === 'event');
    const count = counts.get(event.profile) ?? emptyCount();
    counts.set(event.profile, count);
    const found = [
      ...judgeEnd(event, lines, evidence, count),
      ...judgeStarts(event.id, lines, evidence, count),
      ...judgeEffects(event.id, evidence),
    ];
    breaches.push(...found.map((breach) => ({ event: event.id, ...breach })));
    count.events++;
    count.tries += tries.length;
  }
  for (const line of evidence.lines)
    if (line.what === 'start' && (line.forged === true || line.role === 'forgery' || line.role === 'stranger'))
      breaches.push({ kind: 'falsely accepted', event: line.event, detail: `a ${line.role} began in ${line.process}` });
  for (const one of evidence.tries) {
    const wrong = explainStatus(one, evidence);
    if (wrong !== undefined) breaches.push({ kind: 'wrong status', event: one.event, detail: wrong });
  }
  return { breaches, counts };
}

type Found = Omit<Breach, 'event'>;

function judgeEnd(event: PlannedEvent, lines: readonly Line[], evidence: Evidence, count: Count): readonly Found[] {
  const fate = evidence.fates.get(event.id);
  const done =
    evidence.effects === undefined ? lines.some(({ what }) => what === 'done') : evidence.effects.has(event.id);
  if (fate === 'acknowledged') count.acknowledged++;
  if (done) {
    count.done++;
    return [];
  }
  const { resigns, timed } = evidence.profiles[event.profile];
  if (fate === 'dropped') {
    count.dropped++;
    return [];
  }
  if (fate === 'exhausted' && timed && !resigns && !lines.some(({ what }) => what === 'claimed')) {
    count.tooLate++;
    return [];
  }
  return [{ kind: 'lost', detail: fate === undefined ? 'the drill ended before the sender did' : fate }];
}

/** Of two starts, the first must have failed, or died before its commit. */
function judgeStarts(event: string, lines: readonly Line[], { deaths }: Evidence, count: Count): readonly Found[] {
  const starts = lines.filter(({ what }) => what === 'start').sort((a, b) => a.at - b.at);
  const found: Found[] = [];
  for (const [at, start] of starts.entries()) {
    const before = starts[at - 1];
    if (before === undefined) continue;
    const run = lines.filter((line) => line.process === before.process && line.run === before.run);
    const where = `${before.process}, then ${start.process} (${start.role}, attempt ${start.attempt})`;
    const failed = run.some((line) => (line.what === 'failed' || line.what === 'given-back') && line.at <= start.at);
    const died = deaths.some(({ process, at: diedAt }) => process === before.process && diedAt <= start.at);
    if (run.some(({ what }) => what === 'committed') || !(failed || died)) {
      found.push({ kind: start.role === 'replay' ? 'falsely accepted' : 'doubled', detail: where });
      continue;
    }
    count.repeats++;
    if (start.attempt === undefined || start.attempt < 2 || start.previouslyStarted !== true)
      found.push({ kind: 'untold', detail: `${event}: ${where}` });
  }
  return found;
}

function judgeEffects(event: string, { effects }: Evidence): readonly Found[] {
  const rows = effects?.get(event) ?? 0;
  return rows > 1 ? [{ kind: 'effects repeated', detail: `${rows} rows` }] : [];
}

/** What is wrong with an answer; nothing where its cause allows it. */
function explainStatus(
  { role, result, process, number, profile, sentAt, endedAt }: Try,
  evidence: Evidence,
): string | undefined {
  const wrong = `${role}, try ${number} to ${process}: ${result}`;
  if (result === 'timeout') return wrong;
  // A connection that nobody takes is a receiver that is away; one that breaks must be one that died.
  if (result === 'refused') return undefined;
  if (result === 'reset')
    return evidence.deaths.some((death) => death.process === process && death.at > endedAt - DEATH_MS)
      ? undefined
      : wrong;
  if (result === 503) return undefined;
  const { timed, resigns } = evidence.profiles[profile];
  if (role === 'forgery' || role === 'stranger') return result === 401 ? undefined : wrong;
  if (result === 200) return undefined;
  // Stale, or early: by a wrong clock, because its bytes are of another time, or because it grew old in a queue. Signed times are whole seconds.
  const old = role === 'replay' || (!resigns && number > 1);
  const slow = endedAt - sentAt >= (TOLERANCE_SECONDS - 1) * 1000;
  return result === 401 && timed && (old || slow || evidence.clocksWrong) ? undefined : wrong;
}

/** A process is seen to have died at most so long before its connections are seen to break, milliseconds. */
const DEATH_MS = 5_000;

function emptyCount(): Count {
  return { events: 0, tries: 0, acknowledged: 0, done: 0, repeats: 0, dropped: 0, tooLate: 0 };
}

function groupBy<T>(list: readonly T[], key: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(key(one)) ?? [];
    groups.set(key(one), group);
    group.push(one);
  }
  return groups;
}
