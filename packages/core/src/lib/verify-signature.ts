import { compileVerification, type VerificationOptions } from './config.ts';
import { keepQuiet } from './host.ts';
import { refuseUnknownOptions } from './options.ts';
import type { Reason } from './reasons.ts';
import type { HeaderLines } from './scheme/header-reader.ts';
import { readHeaders } from './scheme/header-reader.ts';
import { isRefusal } from './scheme/scheme.ts';
import { validSecrets } from './secrets.ts';

/** What `verifySignature` found. A right signature says who wrote the bytes, not when: hold `timestamp` against the clock with `checkFreshness`. */
export type SignatureVerdict =
  | {
      readonly verified: true;
      readonly secretId: string;
      readonly timestamp: number | undefined;
      readonly id: string | undefined;
    }
  | { readonly verified: false; readonly reason: Reason };

/**
 * The signature check alone: is this signature made, under one of these secrets, over exactly these bytes?
 *
 * Neither freshness nor replays are looked at. Use `verify` or a receiver unless you do those yourself.
 *
 * @throws ConfigurationError for options that can never verify anything
 */
export async function verifySignature(
  message: { readonly headers: HeaderLines; readonly body: Uint8Array },
  options: Pick<VerificationOptions, 'provider' | 'secrets'>,
): Promise<SignatureVerdict> {
  refuseUnknownOptions(options, ['provider', 'secrets'], 'options');
  const { provider, secrets } = compileVerification(options, keepQuiet);
  const headers = readHeaders(message.headers);
  if (provider.scheme.headers.some((name) => headers.count(name) > 1))
    return { verified: false, reason: 'duplicate-header' };
  const proof = provider.scheme.readProof(headers);
  if (isRefusal(proof)) return { verified: false, reason: proof.refused };
  const valid = validSecrets(secrets(), Date.now());
  const match = valid[await provider.scheme.verify(proof, message.body, valid)];
  if (match === undefined) return { verified: false, reason: 'bad-signature' };
  return { verified: true, secretId: match.id, timestamp: proof.timestamp, id: proof.id };
}
