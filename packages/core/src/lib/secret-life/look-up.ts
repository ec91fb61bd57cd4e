import { answerWithin, STORE_ANSWERS_MS } from '../claims/answer-within.ts';
import type { VerificationConfig } from '../config.ts';
import { errorKind } from '../errors.ts';
import type { Finding, JudgedHead } from '../head.ts';
import { keepQuiet } from '../host.ts';
import { type Judgement, judgeBody } from '../judge.ts';
import type { SecretStore } from '../secret-store.ts';
import { compileSecrets } from '../secrets.ts';
import type { RequestHead } from '../types.ts';
import { SPENT } from './allowance.ts';
import type { Unserved } from './secret-cache.ts';

/** The configuration for one delivery, with the secrets that were found for it. */
export interface Sought<Config> {
  readonly config: Config;
  /** False where what was found must not be used any more. */
  stands(): boolean;
  /** Seeks from the start. */
  anew(): Promise<Sought<Config> | Finding>;
  /** Says that a delivery was genuine under them, and new: whoever has an old one may send it under any name. */
  proven(): void;
  /** Looks once more, where what was found may be out of date: `undefined` where it is not, a finding where nobody could be asked. */
  again(): Promise<Sought<Config> | Finding | undefined>;
}

/** Finds the secrets for one delivery, where they are not the same for all: by the function of `secrets`, and in the secret store. */
export async function seekSecrets<Config extends VerificationConfig<unknown>>(
  config: Config,
  head: RequestHead,
): Promise<Sought<Config> | Finding> {
  const { findSecrets, loadSecrets } = config;
  const kept = loadSecrets === undefined ? [] : await loadKept(config, loadSecrets, head);
  if ('reason' in kept) return kept;
  if (findSecrets === undefined) {
    if (loadSecrets === undefined) return always(config);
    const secrets = [...kept, ...config.secrets()];
    return always({ ...config, secrets: () => secrets });
  }
  const served = await findSecrets(head);
  const sought = (one: typeof served): Sought<Config> | Finding => {
    if ('detail' in one) return unanswered(one);
    const secrets = [...kept, ...one.found.secrets];
    return {
      config: { ...config, secrets: () => secrets },
      stands: one.stands,
      anew: () => seekSecrets(config, head),
      proven: one.proven,
      async again() {
        const next = await one.again();
        return next && sought(next);
      },
    };
  };
  return sought(served);
}

/**
 * Judges a whole delivery by the secrets that were found for it, and once more where newer ones can be had and none matched. Where they
 * cannot be had, a signature that does not match is no forgery yet: its sender must try again.
 */
export async function judgeSought<Event, Config extends VerificationConfig<Event>>(
  head: JudgedHead,
  body: Uint8Array,
  first: Sought<Config>,
  now: number | 'signed-time',
): Promise<{ readonly judged: Judgement; readonly sought: Sought<Config> }> {
  // A secret that was removed while the body was on its way is a removed one.
  const found = first.stands() ? first : await first.anew();
  if ('reason' in found) return { judged: { kind: 'refused', finding: found }, sought: first };
  let sought = found;
  let judged = await judgeBody(head, body, sought.config, now);
  if (judged.kind === 'refused' && ['bad-signature', 'secret-unavailable'].includes(judged.finding.reason)) {
    const newer = await sought.again();
    if (newer !== undefined && 'reason' in newer) judged = { kind: 'refused', finding: newer };
    else if (newer !== undefined) {
      sought = newer;
      judged = await judgeBody(head, body, sought.config, now);
    }
  }
  return { judged, sought };
}

/** Its name and code alone: what a vault throws may say anything in its message. */
function unanswered({ detail, error }: Unserved): Finding {
  const kind = error === undefined ? '' : ` (${errorKind(error)})`;
  const finding = unavailable(`the function of secrets: ${detail}${kind}`, error);
  // Whoever makes up tenants can bring it about at any time: nothing of ours is broken, and nobody is to be woken.
  return detail === SPENT ? { ...finding, kind: 'elsewhere' } : finding;
}

async function loadKept<Event>(
  { provider }: VerificationConfig<Event>,
  load: NonNullable<SecretStore['load']>,
  head: RequestHead,
) {
  try {
    const entries: unknown = await answerWithin(
      STORE_ANSWERS_MS,
      async () => load(head),
      undefined,
      'secretStore.load',
    );
    if (!Array.isArray(entries)) throw new Error('secretStore.load gave no list.');
    return entries.length === 0 ? [] : compileSecrets(entries, provider.scheme, keepQuiet);
  } catch (error) {
    return unavailable('secretStore.load failed, or gave what is no secret', error);
  }
}

function unavailable(detail: string, error: unknown): Finding {
  return { reason: 'secret-unavailable', detail, ...(error === undefined ? {} : { error }) };
}

function always<Config>(config: Config): Sought<Config> {
  const sought: Sought<Config> = {
    config,
    stands: () => true,
    anew: async () => sought,
    proven: () => undefined,
    again: async () => undefined,
  };
  return sought;
}
