import type { Part } from '../crypto.ts';
import type { Reason } from '../reasons.ts';
import type { HeadReader } from './header-reader.ts';
import type { Place } from './place.ts';
import type { Signs } from './signed-content.ts';

/** What a delivery claims, decoded and well formed, not yet believed. */
export interface Proof {
  readonly signatures: readonly Uint8Array[];
  /** The time as it was written: this text is what is signed. */
  readonly timestampText?: string | undefined;
  /** Unix seconds. */
  readonly timestamp?: number | undefined;
  readonly id?: string | undefined;
  /** The last moment at which it counts, unix seconds, where the sender says one. */
  readonly expires?: number | undefined;
  /** Which key signed, where the sender says it: only secrets of that id are tried. */
  readonly keyId?: string | undefined;
  /** Other signed values by their name in the content, one byte a character. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** Where a body holds several signed items: what each of them claims. All must be right. */
  readonly items?: readonly Pick<Proof, 'signatures' | 'values'>[] | undefined;
  /** Signatures of a key pair, beside those of a shared secret, where a header carries both. */
  readonly pairs?: readonly Uint8Array[] | undefined;
  /** What a kind keeps of its own between reading and verifying. */
  readonly token?: string | undefined;
}

/** A proof that cannot be one. */
export interface Refusal {
  readonly refused: Reason;
  /** For the operator only. */
  readonly detail: string;
}

/** A secret, imported. It shows nothing of itself. */
export interface ImportedSecret {
  readonly key: unknown;
  /** Length of the key in bytes. */
  readonly bytes: number;
  /** What records call it; `secret-1` and so on where the user named none. */
  readonly id?: string;
}

/** What is to be signed. */
export interface SignedValues {
  readonly method: string;
  readonly url: string;
  /** Headers that are there already: a scheme that signs others than its own signs these. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly id: string;
}

/** What makes a request a genuine delivery: headers to add, and the query or body where the signature stands there. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly body?: Uint8Array;
}

/** A way of proving a delivery: made by a kind (`hmac`), part of a provider. */
export interface Scheme {
  readonly kind: string;
  /** Lower-case names of the headers it reads; a repeat of one of them is refused. */
  readonly headers: readonly string[];
  readonly signs: Signs;
  /** The header that holds the signed id, if there is one. */
  readonly idHeader?: string | undefined;
  /** The configured URL that is signed, where the URL is. */
  readonly publicUrl?: string | undefined;
  /** `shared`: both sides hold the secret, so a public key in its place would let everyone sign. `either`: one that starts with `whpk_` is a public key. */
  readonly secrets: 'shared' | 'public-key' | 'either' | 'none';
  /** Keys that belong to the scheme: published by the vendor, or given as a setting. With them `secrets` may be an empty list. */
  readonly keys?: readonly (ImportedSecret & { readonly id: string })[] | undefined;
  /** Imports a secret once. @throws ConfigurationError for one that can never verify anything */
  importSecret(value: string, option: string): ImportedSecret;
  /** Imports what signs, where that is another key than the one that verifies. */
  importSigningSecret?(value: string, option: string): ImportedSecret;
  /** Reads and decodes what the head holds, before the body is read. */
  readProof(head: HeadReader): Proof | Refusal;
  /** Adds what stands in the body, where something does. */
  readBody?(proof: Proof, body: Uint8Array): Proof | Refusal;
  /** The position of the secret under which the proof is right, or -1. One computation a secret, whatever the header holds. */
  verify(proof: Proof, body: Uint8Array, secrets: readonly ImportedSecret[]): Promise<number>;
  /** Signs the answer to a handshake, whose asker wants to know who holds the secret. `undefined` for a secret that can only verify. */
  respond?(secret: ImportedSecret, parts: readonly Part[]): Promise<Uint8Array | undefined>;
  /** The JSON of the event within a verified body, where the body wraps it. */
  eventOf?(body: Uint8Array): Uint8Array | undefined;
  /** The signed values, decoded: what a delivery's identity is made of where it has no signed id. */
  material(proof: Proof, body: Uint8Array): readonly Part[];
  /** What makes a request a genuine delivery. Several secrets make several signatures, where the scheme has room for them. */
  sign(values: SignedValues, secrets: readonly ImportedSecret[]): Promise<SignedRequest>;
}

/** True for a place whose value is signed: in a signed body, or one of its signed fields. */
export function coversPlace({ signs, idHeader }: Scheme, place: Place): boolean {
  if ('header' in place) return place.header === idHeader;
  if ('query' in place) return false;
  return signs.body || signs.fields.includes('json' in place ? place.json : place.form);
}

/** Tells a refusal from a proof. */
export function isRefusal<Read extends object>(value: Read | Refusal): value is Refusal {
  return 'refused' in value;
}
