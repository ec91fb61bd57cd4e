import { compileVerification } from './config.ts';
import { couldBeChallenge } from './handshake/signable.ts';
import { keepQuiet } from './host.ts';
import { refuseUnknownOptions } from './options.ts';
import { readPayload } from './payload.ts';
import type { Reason } from './reasons.ts';
import type { VerificationOptions } from './receiver-options.ts';
import type { HeaderLines } from './scheme/header-reader.ts';
import { readHead } from './scheme/header-reader.ts';
import { isRefusal } from './scheme/scheme.ts';
import { seekSecrets } from './secret-life/look-up.ts';
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
  message: {
    readonly headers: HeaderLines;
    readonly body: Uint8Array;
    /** Needed only where the scheme signs them. Default: `POST` and `/`. */
    readonly method?: string;
    readonly url?: string;
  },
  options: Pick<VerificationOptions, 'provider' | 'secrets'>,
): Promise<SignatureVerdict> {
  refuseUnknownOptions(options, ['provider', 'secrets'], 'options');
  const config = compileVerification(options, keepQuiet);
  const { provider } = config;
  const { method = 'POST', url = '/' } = message;
  const head = { method, url, headers: message.headers };
  const headers = readHead(head);
  if (provider.scheme.headers.some((name) => headers.count(name) > 1))
    return { verified: false, reason: 'duplicate-header' };
  const begun = provider.scheme.readProof(headers);
  const proof = isRefusal(begun) ? begun : (provider.scheme.readBody?.(begun, message.body) ?? begun);
  if (isRefusal(proof)) return { verified: false, reason: proof.refused };
  const sought = await seekSecrets(config, head);
  if ('reason' in sought) return { verified: false, reason: sought.reason };
  const valid = validSecrets(sought.config.secrets(), Date.now());
  const match = valid[await provider.scheme.verify(proof, message.body, valid)];
  if (match === undefined || couldBeChallenge(provider, message.body, readPayload(message.body)))
    return { verified: false, reason: 'bad-signature' };
  return { verified: true, secretId: match.id, timestamp: proof.timestamp, id: proof.id };
}
