import { randomId } from './crypto.ts';
import { ConfigurationError } from './errors.ts';
import { keepQuiet } from './host.ts';
import { refuseUnknownOptions } from './options.ts';
import { readHeaders } from './scheme/header-reader.ts';
import { isRefusal } from './scheme/scheme.ts';
import { compileSecrets, type Secrets } from './secrets.ts';
import type { Provider } from './types.ts';

/** What `sign` signs. */
export interface SignOptions {
  /** The signing secret; several make several signatures, where the header has room for them. */
  readonly secret: Secrets;
  /** The body, as bytes or as text (UTF-8). */
  readonly body: Uint8Array | string;
  /** Unix seconds. Default: the present. */
  readonly timestamp?: number | undefined;
  /** The event id, where the scheme signs one. Default: a fresh one. */
  readonly id?: string | undefined;
}

/**
 * Makes the headers of a genuine delivery, as the provider would: for tests, tools and in-house senders.
 *
 * The same data drives this and `verify`.
 *
 * @throws ConfigurationError for options that cannot be signed
 */
export async function sign(provider: Provider, options: SignOptions): Promise<Record<string, string>> {
  refuseUnknownOptions(options, ['secret', 'body', 'timestamp', 'id'], 'options');
  const { timestamp = Math.floor(Date.now() / 1000), id = `msg_${randomId().replaceAll('-', '')}` } = options;
  if (!Number.isSafeInteger(timestamp) || timestamp < 0)
    throw new ConfigurationError('invalid-option', 'timestamp', 'give whole unix seconds.');
  const body = typeof options.body === 'string' ? new TextEncoder().encode(options.body) : options.body;
  if (!(body instanceof Uint8Array))
    throw new ConfigurationError(
      'invalid-option',
      'body',
      'give bytes or text: an object has no bytes until you decide how it is written.',
    );
  const headers = await provider.scheme.sign(
    { body, timestamp, id },
    compileSecrets(options.secret, provider.scheme, keepQuiet),
  );
  // What our own verifier would refuse by its form is a mistake of the caller's, found here and not by the receiver.
  const proof = provider.scheme.readProof(readHeaders(Object.entries(headers)));
  if (isRefusal(proof))
    throw new ConfigurationError(
      'invalid-option',
      proof.refused.endsWith('-id') ? 'id' : 'timestamp',
      `it cannot be signed: ${proof.detail}.`,
    );
  return headers;
}
