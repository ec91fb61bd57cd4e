import type { Source } from './address/client-address.ts';
import type { Allowed } from './address/sources.ts';
import { findHandshake, isKnownByHead } from './handshake/find-handshake.ts';
import type { Handshake } from './handshake/handshake.ts';
import { MOST_UNPROVEN_BYTES } from './handshake/judge-handshake.ts';
import type { VerdictKind } from './kind.ts';
import { readPayload } from './payload.ts';
import type { Reason } from './reasons.ts';
import { type HeadReader, readHead } from './scheme/header-reader.ts';
import { isRefusal, type Proof } from './scheme/scheme.ts';
import type { Provider, RequestHead } from './types.ts';

/** A refusal, with its finding for the operator. */
export interface Finding {
  readonly reason: Reason;
  readonly detail: string;
  /** What it means to whoever watches, where the reason alone would say too much. */
  readonly kind?: VerdictKind;
  /** What was thrown on the way to it. */
  readonly error?: unknown;
}

/** A head that passed. */
export interface JudgedHead {
  readonly headers: HeadReader;
  /** What the head holds of it; `judgeBody` adds what stands in the body. */
  readonly proof: Proof;
  /** The length the sender declared, if it did. */
  readonly declaredBytes: number | undefined;
}

/** A head without a signature, of a request that may be a handshake. */
export interface UnprovenHead {
  readonly headers: HeadReader;
  readonly declaredBytes: number | undefined;
  /** The handshake that the head alone makes known; absent where the body has to be looked at. */
  readonly handshake: Handshake | undefined;
  /** What it is if it is none. */
  readonly otherwise: Finding;
}

/** What the head is judged by. */
export interface HeadRules {
  readonly provider: Provider;
  readonly maxBodyBytes: number;
  readonly allow?: Allowed | undefined;
}

/**
 * Everything that can be refused before the body is read, cheapest first. No secret and no store is touched.
 */
export function judgeHead(
  head: RequestHead,
  rules: HeadRules,
  from: Source = NOWHERE,
): JudgedHead | UnprovenHead | Finding {
  const { provider } = rules;
  const headers = readHead(head);
  const handshake = findHandshake(provider.handshakes, { headers, payload: NO_BODY }, isKnownByHead);
  // What carries no deliveries is allowed for a handshake, and for nothing else.
  if (!provider.methods.includes(head.method) && handshake === undefined) return wrongMethod(provider);
  const source = rules.allow && judgeSource(from, rules.allow);
  if (source) return source;

  const declaredBytes = declaredLength(headers);
  if (declaredBytes !== undefined && declaredBytes > rules.maxBodyBytes) {
    return { reason: 'body-too-large', detail: `the declared length is over the limit of ${rules.maxBodyBytes} bytes` };
  }
  // Which of two lines a framework shows is its own choice; the sender must not get to pick the one that is checked.
  const repeated = provider.scheme.headers.find((name) => headers.count(name) > 1);
  if (repeated !== undefined) return { reason: 'duplicate-header', detail: `there are several ${repeated} headers` };

  // A signature that is there must be right, whatever it signs: a handshake without one is another matter.
  const unproven = provider.scheme.headers.every((name) => headers.count(name) === 0);
  if (unproven && handshake?.unsigned) return { headers, declaredBytes, handshake, otherwise: wrongMethod(provider) };
  const proof = provider.scheme.readProof(headers);
  if (!isRefusal(proof)) return { headers, proof, declaredBytes };
  const otherwise: Finding = { reason: proof.refused, detail: proof.detail };
  const mayAsk = provider.handshakes.some((one) => one.unsigned && one.method === head.method && !isKnownByHead(one));
  if (!unproven || !mayAsk || (declaredBytes ?? 0) > MOST_UNPROVEN_BYTES) return otherwise;
  return { headers, declaredBytes, handshake: undefined, otherwise };
}

/** Captures come from a file: no list is held against them. */
const NOWHERE: Source = { detail: 'nobody tells where it comes from', untold: true };

/** What is needed of a head that was refused, where its body is read all the same. */
export function readBareHead(head: RequestHead): Pick<JudgedHead, 'headers' | 'declaredBytes'> {
  const headers = readHead(head);
  return { headers, declaredBytes: declaredLength(headers) };
}

/**
 * Judges a head, and once more where it was refused for its address and a list that is fetched was missing or old: what is waited for is a
 * refresh of that list, under its own deadline.
 */
export async function judgeHeadOnceListed(
  head: RequestHead,
  rules: HeadRules,
  from: Source,
): Promise<ReturnType<typeof judgeHead>> {
  const judged = judgeHead(head, rules, from);
  if (!('reason' in judged) || !FOR_ITS_ADDRESS.includes(judged.reason)) return judged;
  const renewed = await rules.allow?.renew?.();
  // Why there still is no list is known only now.
  return renewed === true || judged.reason === 'source-unavailable' ? judgeHead(head, rules, from) : judged;
}

const FOR_ITS_ADDRESS: readonly Reason[] = ['source-not-allowed', 'source-unavailable'];

/** Heads are judged before there is one. */
const NO_BODY = readPayload(new Uint8Array());

function wrongMethod({ name, methods }: Provider): Finding {
  return { reason: 'method-not-allowed', detail: `${name} sends ${methods.join(' or ')}` };
}

function judgeSource({ address, detail, untold, gone }: Source, allow: Allowed): Finding | undefined {
  if (address === undefined) {
    if (untold) return { reason: 'source-unknown', detail: `an allowlist is set, and ${detail}` };
    return { reason: gone ? 'body-incomplete' : 'source-not-allowed', detail };
  }
  if (allow.allows(address)) return undefined;
  const lacking = allow.lacking?.();
  // It may be in the list that is not there: our trouble, and no reason to send it away for good.
  if (lacking !== undefined) return { reason: 'source-unavailable', detail: lacking };
  return { reason: 'source-not-allowed', detail: `${detail} ${address} is not in the allowlist` };
}

function declaredLength(headers: HeadReader): number | undefined {
  const text = headers.value('content-length');
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
