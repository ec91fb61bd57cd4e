import type { Outbound } from '../outbound/request.ts';
import type { Reason } from '../reasons.ts';
import type { HeadReader } from '../scheme/header-reader.ts';
import type { ImportedSecret, Proof } from '../scheme/scheme.ts';

/** Where a vendor's keys come from, as part of a provider's data: made by `jwks`, `certificateUrl` or `keyRequest`. */
export interface RemoteKeys {
  /** Makes what one receiver keeps of them. Nothing is asked here. @throws ConfigurationError for settings that only fetching needs, where they are missing */
  open(means: KeyMeans): KeySource;
}

/** What a source of keys works with. */
export interface KeyMeans {
  /** Default: a client of its own. */
  readonly outbound?: Outbound | undefined;
  /** Milliseconds that only go forward: ages are measured by it. */
  readonly clock: () => number;
  /** Imports a key as the scheme takes it. @throws ConfigurationError for one that the scheme could not verify with */
  importKey(value: string): ImportedSecret;
}

/** What is known of a delivery when its key is looked for. None of it is believed yet. */
export interface KeyRequestContext {
  readonly proof: Proof;
  readonly headers: HeadReader;
  readonly body: Uint8Array;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** A key of the vendor's. */
export type RemoteKey = ImportedSecret & { readonly id: string };

/** A key that cannot be had: the vendor's fault and ours (`secret-unavailable`), or the sender's. */
export interface KeyRefusal {
  readonly reason: Reason;
  readonly detail: string;
  readonly error?: unknown;
}

/** The keys of one receiver, remembered. */
export interface KeySource {
  /** Reads credentials that stand in the environment now, and not when they are first needed. @throws ConfigurationError where they are missing */
  check?(): void;
  /** The key that a delivery says it is signed with; several, where it says none. Never rejects. */
  find(context: KeyRequestContext): Promise<RemoteKey | readonly RemoteKey[] | KeyRefusal>;
}

/** The deadline of one request for keys, milliseconds. */
export const KEY_TIMEOUT_MS = 5000;

/** The longest answer, bytes: sets of keys are a few thousand. */
export const MOST_KEY_BYTES = 262_144;

/** The longest name of a key, and what it is written with: it goes into URLs, records and maps. */
const KEY_ID = /^[\w.~+/=:-]{1,128}$/;

/** The key id of a delivery, or the refusal of one that has none. */
export function readKeyId({ keyId }: Proof): string | KeyRefusal {
  if (keyId !== undefined && KEY_ID.test(keyId)) return keyId;
  return { reason: 'bad-signature', detail: 'the delivery does not say which of the vendor’s keys signed it' };
}
