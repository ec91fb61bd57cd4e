import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { createOutbound } from '../outbound/client.ts';
import type { Outbound } from '../outbound/request.ts';
import type { ImportedSecret } from '../scheme/scheme.ts';
import { askForKey, refusalOf } from './ask.ts';
import { type Answered, createMemory } from './memory.ts';
import { hostsOf, importOne, readJson } from './read-key.ts';
import { type KeyMeans, type RemoteKeys, readKeyId } from './remote-keys.ts';

/** A set of keys at one URL, as data. */
export interface JwksOptions {
  /** Where the set is published. It is the vendor's data: nothing of a delivery goes into it. */
  readonly url: string;
  /** `none`: deliveries do not say which key signed, so each of the set is tried, eight at the most. Default: they say it. */
  readonly keyId?: 'none';
}

/** Keys by their ids. */
type KeySet = ReadonlyMap<string, ImportedSecret>;

/** More keys than these nobody rotates through. */
const MOST_KEYS = 64;

/** Each key that is tried costs a computation, forged deliveries included. */
const MOST_TRIED = 8;

/** Where no key is named, none is seen to be missing: a set is soon asked for again. */
const UNNAMED_FRESH_MS = 300_000;

/**
 * Keys that a vendor publishes as a JSON Web Key Set (RFC 7517): the token's `kid` says which.
 *
 * The set is kept for as long as the vendor's `cache-control` says, from 5 minutes to 6 hours, and for up to 24 hours while the vendor cannot
 * be reached. A `kid` that is not in it makes it be asked for again, at most once in 30 seconds, whatever number of forged ids arrives.
 *
 * @throws ConfigurationError `invalid-provider` for a URL that could never be asked
 */
export function jwks(options: JwksOptions): RemoteKeys {
  refuseUnknownOptions(options, ['url', 'keyId'], 'jwks');
  const { url, keyId } = options;
  if (keyId !== undefined && keyId !== 'none')
    throw new ConfigurationError('invalid-provider', 'jwks.keyId', "give 'none', or leave it out.");
  const unnamed = keyId === 'none';
  const hosts = hostsOf(url, 'jwks.url');
  return Object.freeze<RemoteKeys>({
    open(means) {
      const outbound = means.outbound ?? createOutbound();
      const memory = createMemory<KeySet>(means.clock);
      return {
        async find({ proof }) {
          const id = unnamed ? '' : readKeyId(proof);
          if (typeof id === 'object') return id;
          const answer = await memory.recall(
            url,
            () => askForSet(outbound, { url, hosts }, means, unnamed),
            (set) => (unnamed ? set.size > 0 : set.has(id)),
          );
          if (unnamed && answer.kind === 'known')
            return [...answer.value].slice(0, MOST_TRIED).map(([kid, key]) => ({ ...key, id: kid }));
          const key = answer.kind === 'known' ? answer.value.get(id) : undefined;
          if (key !== undefined) return { ...key, id };
          return refusalOf(answer.kind === 'known' ? { kind: 'unknown', detail: 'it is not in the set' } : answer);
        },
      };
    },
  });
}

async function askForSet(
  outbound: Outbound,
  request: { readonly url: string; readonly hosts: readonly string[] },
  means: KeyMeans,
  unnamed: boolean,
): Promise<Answered<KeySet>> {
  const answer = await askForKey(outbound, { ...request, headers: { accept: 'application/json' } }, () => false);
  if (answer.kind === 'unavailable') return answer;
  const set = answer.kind === 'known' ? readSet(answer.value.text, means, unnamed) : undefined;
  // A vendor without any set is a vendor in trouble: its deliveries are no forgeries for that.
  if (answer.kind !== 'known' || set === undefined)
    return { kind: 'unavailable', detail: 'what the vendor publishes there is no set of keys' };
  const { freshMs } = answer.value;
  return { kind: 'known', value: set, freshMs: unnamed ? Math.min(freshMs, UNNAMED_FRESH_MS) : freshMs };
}

/** The keys of a set that this scheme can verify with; those of other kinds are passed over, as RFC 7517 §5 says. */
function readSet(text: string, { importKey }: KeyMeans, unnamed: boolean): KeySet | undefined {
  const document = readJson(text);
  const keys = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(keys) || keys.length > MOST_KEYS) return undefined;
  const set = new Map<string, ImportedSecret>();
  for (const [index, jwk] of (keys as unknown[]).entries()) {
    const written = typeof jwk === 'object' && jwk !== null && 'kid' in jwk ? jwk.kid : undefined;
    const kid = written ?? (unnamed ? `key-${index + 1}` : undefined);
    // Two keys of one name: which one is meant would be whoever's choice wrote the set.
    if (typeof kid !== 'string' || set.has(kid)) continue;
    const key = importOne(() => importKey(JSON.stringify(jwk)));
    if (key !== undefined) set.set(kid, key);
  }
  return set;
}
