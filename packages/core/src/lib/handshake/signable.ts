import type { Payload } from '../payload.ts';
import { binaryText } from '../scheme/strict-form.ts';
import type { Provider } from '../types.ts';
import { type Handshake, isSigned, type SignedAnswer } from './handshake.ts';

/** What is signed for somebody who has proved nothing. No event in JSON is made of these characters alone, and no time ends with a separator. */
const SIGNABLE = /^[\w.~+/=-]{1,128}$/;
/** Where deliveries are such text themselves (base64 of XML begins with a capital letter), a challenge is held to less. */
const SIGNABLE_HEX = /^[0-9a-f]{20,32}$/;

/** True for a challenge that may be signed for anybody. */
export function isSignable(text: string, { challenge }: Pick<SignedAnswer, 'challenge'>): boolean {
  return (challenge === 'hex' ? SIGNABLE_HEX : SIGNABLE).test(text);
}

/**
 * True where a right signature proves nothing: the same secret signs challenges for whoever asks, and these bytes could have been one.
 * A stranger would ask for `true` or `1000000` as a challenge, and send it back as a delivery.
 */
export function couldBeChallenge({ handshakes, scheme }: Provider, body: Uint8Array, payload: Payload): boolean {
  const answers = handshakes.filter(({ unsigned }) => unsigned === true).flatMap(signedAnswers);
  if (answers.length === 0) return false;
  const { signs } = scheme;
  const parts = signs.body
    ? [binaryText(body.subarray(0, 129))]
    : signs.fields.map((name) => payload.field(name) ?? payload.at(name) ?? '');
  return parts.length > 0 && answers.some((answer) => parts.every((part) => isSignable(part, answer)));
}

function signedAnswers({ text, json = {}, headers = {} }: Handshake): readonly SignedAnswer[] {
  return [text ?? '', ...Object.values(json), ...Object.values(headers)].filter(isSigned);
}
