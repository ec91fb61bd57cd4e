import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { createOutbound } from '../outbound/client.ts';
import type { ImportedSecret } from '../scheme/scheme.ts';
import type { SecretSource } from '../secrets.ts';
import { askForKey, refusalOf } from './ask.ts';
import { type Answered, createMemory } from './memory.ts';
import { hostsOf, importOne, readJson } from './read-key.ts';
import { type RemoteKeys, readKeyId } from './remote-keys.ts';

/** What the vendor's API is asked with: text, or `fromEnv(…)`. */
export type Credential = string | SecretSource;

/** A request for one key by its id, as data. `{keyId}` stands for the id in the URL and the body, `{name}` in headers and the body for a credential. */
export interface KeyRequestOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of a JSON body. With them the method is POST. */
  readonly body?: Readonly<Record<string, string>>;
  /** Credentials by their names. One that is not given is asked for at start-up, where keys are to be fetched. */
  readonly credentials?: Readonly<Record<string, Credential | undefined>>;
  /** The path of the key in the JSON answer. */
  readonly key: string;
  /** The path of the moment after which it counts no longer, unix seconds, where there is one. */
  readonly expires?: string;
  /** How the vendor says that it knows no such key, beside status 404. */
  readonly unknown?: { readonly status: number; readonly path: string; readonly value: string };
}

interface Held {
  readonly key: ImportedSecret;
  /** Unix seconds. */
  readonly expires: number;
}

/** An id that goes into a URL says nothing there but itself. */
const PLAIN_ID = /^[\w-]{1,64}$/;

/**
 * Keys that a vendor's API gives one at a time, by the id that the delivery names, to its customers.
 *
 * Ids are strangers' words until a signature is right: at most ten that are not known are asked for at once, and then one in two seconds. What
 * the vendor denies is remembered for 30 seconds.
 *
 * @throws ConfigurationError `invalid-provider` for a request that could never be made
 */
export function keyRequest(options: KeyRequestOptions): RemoteKeys {
  refuseUnknownOptions(options, ['url', 'headers', 'body', 'credentials', 'key', 'expires', 'unknown'], 'keyRequest');
  const { url, headers = {}, body, credentials = {}, unknown } = options;
  const hosts = hostsOf(url.replace('{keyId}', 'id'), 'keyRequest.url');
  return Object.freeze<RemoteKeys>({
    open(means) {
      for (const [name, credential] of Object.entries(credentials))
        if (credential === undefined)
          throw new ConfigurationError(
            'missing-option',
            name,
            'the vendor gives its keys to customers only: give the credentials of its API as settings of the provider, or the keys themselves as secrets.',
          );
      const outbound = means.outbound ?? createOutbound();
      const memory = createMemory<Held>(means.clock);
      const fill = (text: string, id: string) =>
        text.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'keyId' ? id : readCredential(credentials, name)));
      const filled = (fields: Readonly<Record<string, string>>, id: string) =>
        Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, fill(text, id)]));

      async function ask(id: string): Promise<Answered<Held>> {
        const answer = await askForKey(
          outbound,
          {
            url: url.replace('{keyId}', id),
            hosts,
            headers: {
              accept: 'application/json',
              ...(body && { 'content-type': 'application/json' }),
              ...filled(headers, id),
            },
            ...(body && { method: 'POST', body: JSON.stringify(filled(body, id)) }),
          },
          (status, text) => status === unknown?.status && memberAt(readJson(text), unknown.path) === unknown.value,
        );
        if (answer.kind !== 'known') return answer;
        const document = readJson(answer.value.text);
        const written = memberAt(document, options.key);
        const text = typeof written === 'string' ? written : JSON.stringify(written ?? '');
        const key = importOne(() => means.importKey(text));
        if (key === undefined)
          return { kind: 'unavailable', detail: 'what the vendor answered holds no key of this scheme' };
        const expires = options.expires === undefined ? undefined : memberAt(document, options.expires);
        const held = { key, expires: typeof expires === 'number' ? expires : Number.POSITIVE_INFINITY };
        return { kind: 'known', value: held, freshMs: answer.value.freshMs };
      }

      return {
        check() {
          for (const name of Object.keys(credentials)) readCredential(credentials, name);
        },
        async find({ proof, nowMs }) {
          const id = readKeyId(proof);
          if (typeof id === 'object') return id;
          if (!PLAIN_ID.test(id)) return refusalOf({ kind: 'unknown', detail: 'its id is not written as ids are' });
          const answer = await memory.recall(id, () => ask(id));
          if (answer.kind !== 'known') return refusalOf(answer);
          const { key, expires } = answer.value;
          if (nowMs / 1000 > expires) return refusalOf({ kind: 'unknown', detail: 'it has been retired' });
          return { ...key, id };
        },
      };
    },
  });
}

/** @throws ConfigurationError for one that is not there */
function readCredential(credentials: NonNullable<KeyRequestOptions['credentials']>, name: string): string {
  const credential = credentials[name];
  const value = typeof credential === 'string' ? credential : credential?.read()[0]?.value;
  if (value === undefined || value.trim() === '')
    throw new ConfigurationError('blank-secret', name, 'this is blank: set the credential of the vendor’s dashboard.');
  return value;
}

function memberAt(document: unknown, path: string): unknown {
  let value = document;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
