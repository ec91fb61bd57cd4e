import { randomId } from './crypto.ts';
import { ConfigurationError } from './errors.ts';
import { keepQuiet } from './host.ts';
import { refuseUnknownOptions } from './options.ts';
import { type HeaderLines, readHead } from './scheme/header-reader.ts';
import type { Scheme } from './scheme/scheme.ts';
import { isRefusal } from './scheme/scheme.ts';
import { compileSecrets, type Secrets } from './secrets.ts';
import type { Capture, Provider } from './types.ts';

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
  /** Default: the first method that the provider sends. */
  readonly method?: string | undefined;
  /** The request target, path and query. Default `/`. */
  readonly url?: string | undefined;
  /** Headers that the request has already: a scheme that signs others than its own signs these. Default: none. */
  readonly headers?: HeaderLines | undefined;
}

/**
 * Makes the headers of a genuine delivery, as the provider would: for tests, tools and in-house senders.
 *
 * The same data drives this and `verify`. Where the signature stands in the body or the query, use `signRequest`.
 *
 * @throws ConfigurationError for options that cannot be signed
 */
export async function sign(provider: Provider, options: SignOptions): Promise<Record<string, string>> {
  const { headers, moved } = await compose(provider, options);
  if (moved)
    throw new ConfigurationError(
      'invalid-option',
      'provider',
      'the signature of this provider stands in the body or in the query, so headers alone are no delivery: use signRequest.',
    );
  return { ...headers };
}

/**
 * Makes a whole genuine delivery: what `verify` takes. For every provider, wherever its signature stands.
 *
 * @throws ConfigurationError for options that cannot be signed
 */
export async function signRequest(provider: Provider, options: SignOptions): Promise<Capture> {
  const { headers, request } = await compose(provider, options);
  return { ...request, headers: [...(options.headers ?? []), ...Object.entries(headers)] };
}

async function compose(
  provider: Provider,
  options: SignOptions,
): Promise<{ headers: Readonly<Record<string, string>>; request: Omit<Capture, 'headers'>; moved: boolean }> {
  refuseUnknownOptions(options, ['secret', 'body', 'timestamp', 'id', 'method', 'url', 'headers'], 'options');
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
  const { scheme } = provider;
  const { method = provider.methods[0] ?? 'POST', url = '/', headers: given = [] } = options;
  const signed = await scheme.sign(
    { method, url, headers: given, body, timestamp, id },
    compileSecrets(options.secret, signingScheme(scheme), keepQuiet),
  );
  const request = { method, url: signed.url ?? url, body: signed.body ?? body };
  // What our own verifier would refuse by its form is a mistake of the caller's, found here and not by the receiver.
  const head = readHead({ ...request, headers: [...given, ...Object.entries(signed.headers)] });
  const proof = scheme.readProof(head);
  if (isRefusal(proof))
    throw new ConfigurationError(
      'invalid-option',
      proof.refused.endsWith('-id') ? 'id' : 'timestamp',
      `it cannot be signed: ${proof.detail}.`,
    );
  return { headers: signed.headers, request, moved: signed.url !== undefined || signed.body !== undefined };
}

/** The same scheme, as the holder of the key that signs sees it. */
function signingScheme(scheme: Scheme): Scheme {
  const { importSigningSecret } = scheme;
  return importSigningSecret === undefined ? scheme : { ...scheme, importSecret: importSigningSecret };
}
