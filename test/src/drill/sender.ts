import { setTimeout as sleep } from 'node:timers/promises';
import { type Capture, sign } from '@postern/core';
import { send } from '../wire/send.ts';
import type { Listening } from './fleet.ts';
import type { Fate, Role, Try } from './ledger.ts';
import type { Plan, PlannedAttack, PlannedEvent } from './plan.ts';
import { type Profile, type ProfileName, TOLERANCE_SECONDS, type TryResult } from './profiles.ts';

/** A sender waits so long for an answer, milliseconds. */
const TIMEOUT_MS = 8_000;
/** When the drill's time is over, retries come sooner: nobody waits six minutes for the last of LiasonPay's. */
const LAST_DELAY_MS = 1_500;
/** A stranger was signed so long ago, seconds: beyond what a clock set wrong would let in. */
const STRANGER_SECONDS = 5 * TOLERANCE_SECONDS;

/** What the sender wrote down. */
export interface SenderLedger {
  readonly tries: readonly Try[];
  readonly fates: ReadonlyMap<string, Fate>;
  /** How much later than planned something was sent, at the worst: a machine that is too slow for the drill shows here. Milliseconds. */
  readonly latestMs: number;
}

/** What deliveries are sent with. */
interface Sending {
  readonly profiles: Readonly<Record<ProfileName, Profile>>;
  /** The receivers, the next in turn first. */
  readonly next: () => readonly Listening[];
  /** When the drill's time is over, milliseconds since 1970. */
  readonly overAt: number;
}

/** Sends everything of a plan at its time, tries again as each provider does, and resolves when all have come to an end. */
export async function sendPlan(plan: Plan, { profiles, next, overAt }: Sending): Promise<SenderLedger> {
  const tries: Try[] = [];
  const fates = new Map<string, Fate>();
  const delivered = new Map<string, Capture>();

  /** Sends once, to the next receiver that takes the connection: what stands in front of receivers goes on to the next. */
  async function trySend(capture: Capture, about: Pick<Try, 'event' | 'profile' | 'role' | 'number'>) {
    const sentAt = Date.now();
    let result: TryResult = 'refused';
    let process = 'none';
    for (const { port, process: name } of next()) {
      process = name;
      result = await resultOf(send(port, capture, TIMEOUT_MS));
      if (result !== 'refused') break;
    }
    tries.push({ ...about, process, sentAt, endedAt: Date.now(), result });
    return result;
  }

  async function deliver(event: PlannedEvent): Promise<Fate> {
    const { profile: name, id } = event;
    const profile = profiles[name];
    const body = bodyOf(profile, id, { firstTime: event.firstTime });
    let capture = await makeCapture(name, profile, body, 'event', id);
    for (let number = 1; ; number++) {
      if (number > 1 && profile.resigns) capture = await makeCapture(name, profile, body, 'event', id);
      const result = await trySend(capture, { event: id, profile: name, role: 'event', number });
      if (typeof result === 'number' && result < 300) {
        delivered.set(id, capture);
        return 'acknowledged';
      }
      if (!profile.retriesOn(result)) return 'dropped';
      const delayMs = profile.delaysMs[number - 1];
      if (delayMs === undefined) return 'exhausted';
      await pause(delayMs, overAt);
    }
  }

  async function attack({ kind, profile: name, event }: PlannedAttack): Promise<void> {
    const profile = profiles[name];
    const capture =
      kind === 'replay'
        ? noteRole(delivered.get(event), kind, event)
        : kind === 'forgery'
          ? await makeCapture(
              name,
              { ...profile, secret: `not ${profile.secret}` },
              bodyOf(profile, event, { forged: true }),
              kind,
              event,
            )
          : await makeCapture(name, profile, bodyOf(profile, event, {}), kind, event, STRANGER_SECONDS);
    // What was not acknowledged by now is not done, and its bytes are a retry and no replay.
    if (capture !== undefined) await trySend(capture, { event, profile: name, role: kind, number: 1 });
  }

  const began = Date.now();
  let latestMs = 0;
  const at = async (atMs: number, act: () => Promise<unknown>) => {
    await sleep(Math.max(0, began + atMs - Date.now()));
    latestMs = Math.max(latestMs, Date.now() - began - atMs);
    await act();
  };
  await Promise.all([
    ...plan.events.map((event) => at(event.atMs, async () => fates.set(event.id, await deliver(event)))),
    ...plan.attacks.map((one) => at(one.atMs, () => attack(one))),
  ]);
  return { tries, fates, latestMs };
}

function bodyOf({ idField }: Profile, id: string, more: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ [idField]: id, type: 'drill.event', ...more }));
}

async function makeCapture(
  name: ProfileName,
  { provider, secret }: Profile,
  body: Uint8Array,
  role: Role,
  event: string,
  ageSeconds?: number,
): Promise<Capture> {
  const timestamp = Math.floor(Date.now() / 1000) - (ageSeconds ?? 0);
  const headers = Object.entries(await sign(provider, { secret: secret, body, timestamp }));
  return {
    method: 'POST',
    url: `/hooks/${name}`,
    headers: [...headers, ['Content-Type', 'application/json'], ['X-Drill', `${role} ${event}`]],
    body,
  };
}

function noteRole(capture: Capture | undefined, role: Role, event: string): Capture | undefined {
  if (capture === undefined) return undefined;
  const headers = capture.headers.filter(([name]) => name !== 'X-Drill');
  return { ...capture, headers: [...headers, ['X-Drill', `${role} ${event}`]] };
}

async function resultOf(reply: Promise<{ readonly status: number }>): Promise<TryResult> {
  try {
    return (await reply).status;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return 'refused';
    return error instanceof Error && error.message.startsWith('no answer') ? 'timeout' : 'reset';
  }
}

/** Waits, and less when the drill's time is over. Without a signal: a hundred thousand that wait would take turns at leaving it. */
async function pause(delayMs: number, overAt: number): Promise<void> {
  const now = Date.now();
  await sleep(Math.min(delayMs, Math.max(overAt - now, 0) + LAST_DELAY_MS));
}
