import type { VerificationConfig } from '../config.ts';
import type { UnprovenHead } from '../head.ts';
import type { Judgement } from '../judge.ts';
import { readPayload } from '../payload.ts';
import { seekSecrets } from '../secret-life/look-up.ts';
import { validSecrets } from '../secrets.ts';
import type { Answer, RequestHead } from '../types.ts';
import { answerHandshake, type FailedFinding } from './answer-handshake.ts';
import { findHandshake, isUnsigned } from './find-handshake.ts';
import { type Handshake, isSigned } from './handshake.ts';

/** The longest body that is read of a request that proves nothing: its handshakes are small, and anybody can send one. */
export const MOST_UNPROVEN_BYTES = 16_384;

/** Answers a request without a signature, if it is a handshake that may come without one. Otherwise what its head was found to be stands. */
export async function answerUnproven<Event>(
  { headers, handshake, otherwise }: UnprovenHead,
  head: RequestHead,
  body: Uint8Array,
  config: VerificationConfig<Event>,
  now: number | 'signed-time',
): Promise<Answer | FailedFinding> {
  const asked = { headers, payload: readPayload(body) };
  const found =
    handshake ??
    (body.byteLength > MOST_UNPROVEN_BYTES ? undefined : findHandshake(config.provider.handshakes, asked, isUnsigned));
  if (found === undefined) return otherwise;
  // A vault is asked only where the answer is made with a secret.
  const sought = isAnsweredWithSecret(found) ? await seekSecrets(config, head) : undefined;
  if (sought !== undefined && 'reason' in sought) return sought;
  const secrets = (sought?.config ?? config).secrets();
  if (sought !== undefined && secrets.length === 0 && config.findSecrets !== undefined) return otherwise;
  const [secret] = validSecrets(secrets, now === 'signed-time' ? Date.now() : now);
  const { scheme } = config.provider;
  return answerHandshake(found, { asked, head, scheme, secret, saveSecret: config.saveSecret });
}

/** Answers a genuine request, if it is a handshake, and a fresh one; `undefined` for a delivery. */
export async function answerProven<Event>(
  judgement: Exclude<Judgement, { readonly kind: 'refused' }>,
  head: RequestHead,
  config: VerificationConfig<Event>,
): Promise<Answer | FailedFinding | undefined> {
  const { scheme, handshakes } = config.provider;
  if (handshakes.length === 0) return undefined;
  const { authentic } = judgement;
  const asked = { headers: authentic.head.headers, payload: authentic.payload };
  const found = findHandshake(handshakes, asked);
  if (found === undefined) return undefined;
  // No retry of an event that was claimed: there is nothing to claim.
  if (judgement.kind === 'untimely') return judgement.finding;
  const secret = config.secrets().find(({ id }) => id === authentic.secretId);
  return answerHandshake(found, { asked, head, scheme, secret, saveSecret: config.saveSecret });
}

function isAnsweredWithSecret({ text, json, headers }: Handshake): boolean {
  return [text ?? null, ...Object.values(json ?? {}), ...Object.values(headers ?? {})].some(isSigned);
}
