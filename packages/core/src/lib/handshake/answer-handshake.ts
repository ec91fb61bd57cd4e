import { sha256 } from '../crypto.ts';
import type { Finding } from '../head.ts';
import { encode } from '../scheme/encoding.ts';
import { equalsAny } from '../scheme/equals-any.ts';
import type { ImportedSecret, Scheme } from '../scheme/scheme.ts';
import type { Answer, Field, RequestHead } from '../types.ts';
import { type AnswerValue, type Handshake, isSigned, type SignedAnswer } from './handshake.ts';
import { isSignable } from './signable.ts';
import { type Asked, readAsked, readValue } from './template.ts';

/** What a handshake is answered with, and by. */
export interface AnswerParts {
  readonly asked: Asked;
  readonly head: RequestHead;
  readonly scheme: Scheme;
  /** Whose holder the provider wants to know: the one that verified, else the first in force. */
  readonly secret: ImportedSecret | undefined;
  /** Keeps a secret that is handed over. Anything but `true` says that nobody expects one. */
  readonly saveSecret: ((secret: string, head: RequestHead) => unknown) | undefined;
}

/** A finding, with what somebody threw. */
export type FailedFinding = Finding & { readonly error?: unknown };

/** No challenge of any vendor holds more. Neither a line end nor a quotation mark nor a bracket can be among it. */
const WORD = /^[\w.~+/=:-]{1,512}$/;
const SENTENCE = /^[\w .,;~+/=:()-]{1,512}$/;

/**
 * Answers a handshake: its agreed word and its origin are looked at first, then the answer is written, and last the secret kept that it
 * hands over. Never throws for what a stranger wrote.
 */
export async function answerHandshake(handshake: Handshake, parts: AnswerParts): Promise<Answer | FailedFinding> {
  const refused = (await checkToken(handshake, parts)) ?? checkOrigin(handshake, parts);
  if (refused !== undefined) return refused;
  const answer = await writeAnswer(handshake, parts);
  if ('reason' in answer) return answer;
  return (await keepSecret(handshake, parts)) ?? answer;
}

async function checkToken({ token }: Handshake, { asked }: AnswerParts): Promise<Finding | undefined> {
  if (token === undefined) return undefined;
  const { value, setting } = token;
  if (value === undefined || value === '')
    return {
      reason: 'misconfigured',
      detail: `a handshake came, and there is no word to hold its verify token against: give the provider the setting ${setting}`,
    };
  const given = readAsked(token, asked);
  if (given === undefined) return { reason: 'missing-signature', detail: 'the handshake holds no single verify token' };
  // Hashed, so that neither a length nor a common start shows in the time it takes.
  const [expected, candidate] = await Promise.all([digestOf(value), digestOf(given)]);
  if (equalsAny(expected, [candidate])) return undefined;
  return {
    reason: 'bad-signature',
    detail: `the verify token of a handshake is not the one of the setting ${setting}`,
  };
}

async function digestOf(text: string): Promise<Uint8Array> {
  return sha256([new TextEncoder().encode(text)]);
}

function checkOrigin({ origins }: Handshake, { asked }: AnswerParts): Finding | undefined {
  if (origins === undefined) return undefined;
  const origin = readAsked(origins, asked)?.toLowerCase();
  if (origin !== undefined && origins.allowed.some((allowed) => allowed.toLowerCase() === origin)) return undefined;
  return {
    reason: 'source-not-allowed',
    detail: `${origin ?? 'nobody'} asks whether it may send here, and is not among the setting ${origins.setting}`,
  };
}

async function writeAnswer(handshake: Handshake, parts: AnswerParts): Promise<Answer | Finding> {
  const { status = 200, text, json } = handshake;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(handshake.headers ?? {})) {
    const written = await write(value, handshake, parts);
    if (typeof written === 'object' && written !== null) return written;
    if (written !== undefined) headers[name] = String(written);
  }
  if (text === undefined && json === undefined) return { status, headers, body: '' };
  const safe = { ...headers, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
  if (text !== undefined) {
    const written = await writeNeeded(text, handshake, parts);
    if (typeof written === 'object' && written !== null) return written;
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...safe }, body: String(written) };
  }
  const members: [string, unknown][] = [];
  for (const [name, value] of Object.entries(json ?? {})) {
    const written = await writeNeeded(value, handshake, parts);
    if (typeof written === 'object' && written !== null) return written;
    members.push([name, written]);
  }
  const body = JSON.stringify(Object.fromEntries(members));
  return { status, headers: { 'content-type': 'application/json', ...safe }, body };
}

type Written = string | number | boolean | null | Finding;

async function writeNeeded(value: AnswerValue, handshake: Handshake, parts: AnswerParts): Promise<Written> {
  const written = await write(value, handshake, parts);
  return written === undefined
    ? { reason: 'unsupported-scheme', detail: 'a handshake holds no single challenge' }
    : written;
}

/** `undefined` where there is nothing to repeat. */
async function write(value: AnswerValue, { sentence }: Handshake, parts: AnswerParts): Promise<Written | undefined> {
  if (isSigned(value)) return writeSigned(value, parts);
  if (typeof value !== 'object' || value === null) return value;
  const written = readValue(value, parts.asked);
  if (written === undefined) return undefined;
  return (sentence === true ? SENTENCE : WORD).test(String(written)) ? written : unfit();
}

async function writeSigned(answer: SignedAnswer, parts: AnswerParts): Promise<Written> {
  const { signed, encoding, prefix = '' } = answer;
  const texts = signed.map((field: Field) => readAsked(field, parts.asked) ?? '');
  // The same secret signs deliveries: a stranger would have any body he likes signed by asking for it as a challenge.
  if (!texts.every((text) => isSignable(text, answer))) return unfit();
  const { scheme, secret } = parts;
  const made = secret === undefined ? undefined : await scheme.respond?.(secret, texts);
  if (made === undefined)
    return {
      reason: 'misconfigured',
      detail:
        'a handshake asks for what only the holder of the secret can write, and there is none that could: give the secret itself, not a public key',
    };
  return prefix + encode(made, encoding);
}

function unfit(): Finding {
  return {
    reason: 'unsupported-scheme',
    detail: 'the challenge of a handshake is too long, or holds characters that are not repeated to anybody',
  };
}

async function keepSecret(
  { secret }: Handshake,
  { asked, head, saveSecret }: AnswerParts,
): Promise<FailedFinding | undefined> {
  if (secret === undefined) return undefined;
  const value = readAsked(secret, asked);
  if (value === undefined || !WORD.test(value)) return unfit();
  if (saveSecret === undefined)
    return {
      reason: 'misconfigured',
      detail:
        'a handshake hands over a signing secret, and nothing is there to keep it: give the option secretStore, { save(secret, head) }',
    };
  try {
    if ((await saveSecret(value, head)) === true) return undefined;
  } catch (error) {
    return { reason: 'store-unavailable', detail: 'secretStore.save failed', error };
  }
  // Nobody has signed it: a stranger who could hand over a secret could sign everything from then on.
  return { reason: 'unconfirmed', detail: 'a signing secret was handed over, and secretStore.save did not expect one' };
}
