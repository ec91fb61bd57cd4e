import { readPayload } from '../payload.ts';
import { readHead } from '../scheme/header-reader.ts';
import type { Answer, Capture, Provider } from '../types.ts';
import { answerHandshake } from './answer-handshake.ts';
import { findHandshake } from './find-handshake.ts';

/**
 * What a receiver would answer to a handshake whose signature, word and origin were right and whose secret was expected; `undefined` for
 * what is no handshake, or is answered with the secret.
 *
 * Nothing is verified: for tools that show the example of a vendor's page, which is mostly printed without its signature.
 */
export async function previewHandshake(capture: Capture, provider: Provider): Promise<Answer | undefined> {
  const asked = { headers: readHead(capture), payload: readPayload(capture.body) };
  const found = findHandshake(provider.handshakes, asked);
  if (found === undefined) return undefined;
  const { token: _, origins: __, ...answered } = found;
  const { scheme } = provider;
  const answer = await answerHandshake(answered, {
    asked,
    head: capture,
    scheme,
    secret: undefined,
    saveSecret: () => true,
  });
  return 'reason' in answer ? undefined : answer;
}
