import type { Allowlist } from './address/allowlist.ts';
import type { Reason } from './reasons.ts';
import { type HeaderReader, readHeaders } from './scheme/header-reader.ts';
import { isRefusal, type Proof } from './scheme/scheme.ts';
import type { Provider, RequestHead } from './types.ts';

/** A refusal, with its finding for the operator. */
export interface Finding {
  readonly reason: Reason;
  readonly detail: string;
}

/** A head that passed. */
export interface JudgedHead {
  readonly headers: HeaderReader;
  readonly proof: Proof;
  /** The length the sender declared, if it did. */
  readonly declaredBytes: number | undefined;
}

/** What the head is judged by. */
export interface HeadRules {
  readonly provider: Provider;
  readonly maxBodyBytes: number;
  readonly allow?: Allowlist | undefined;
}

/**
 * Everything that can be refused before the body is read, cheapest first. No secret and no store is touched.
 */
export function judgeHead(head: RequestHead, rules: HeadRules): JudgedHead | Finding {
  const { provider } = rules;
  if (!provider.methods.includes(head.method)) {
    return { reason: 'method-not-allowed', detail: `${provider.name} sends ${provider.methods.join(' or ')}` };
  }
  const source = rules.allow && judgeSource(head.peerAddress, rules.allow);
  if (source) return source;

  const headers = readHeaders(head.headers);
  const declaredBytes = declaredLength(headers);
  if (declaredBytes !== undefined && declaredBytes > rules.maxBodyBytes) {
    return { reason: 'body-too-large', detail: `the declared length is over the limit of ${rules.maxBodyBytes} bytes` };
  }
  // Which of two lines a framework shows is its own choice; the sender must not get to pick the one that is checked.
  const repeated = provider.scheme.headers.find((name) => headers.count(name) > 1);
  if (repeated !== undefined) return { reason: 'duplicate-header', detail: `there are several ${repeated} headers` };

  const proof = provider.scheme.readProof(headers);
  if (isRefusal(proof)) return { reason: proof.refused, detail: proof.detail };
  return { headers, proof, declaredBytes };
}

function judgeSource(address: string | undefined, allow: Allowlist): Finding | undefined {
  if (address === undefined)
    return { reason: 'source-unknown', detail: 'an allowlist is set, and the runtime does not tell who the peer is' };
  if (allow.allows(address)) return undefined;
  return { reason: 'source-not-allowed', detail: `the peer ${address} is not in the allowlist` };
}

function declaredLength(headers: HeaderReader): number | undefined {
  const text = headers.value('content-length');
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
