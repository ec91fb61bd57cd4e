import type { Part } from '../crypto.ts';
import type { Reason } from '../reasons.ts';
import type { HeaderReader } from './header-reader.ts';

/** What the head of a delivery claims, decoded and well formed, not yet believed. */
export interface Proof {
  readonly signatures: readonly Uint8Array[];
  /** The time as it was written: this text is what is signed. */
  readonly timestampText?: string | undefined;
  /** Unix seconds. */
  readonly timestamp?: number | undefined;
  readonly id?: string | undefined;
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
}

/** What `sign` needs beside the secret. */
export interface SignedValues {
  readonly body: Uint8Array;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly id: string;
}

/** A way of proving a delivery: made by a kind (`hmac`), part of a provider. */
export interface Scheme {
  readonly kind: string;
  /** Lower-case names of the headers it reads; a repeat of one of them is refused. */
  readonly headers: readonly string[];
  readonly signs: { readonly body: boolean; readonly timestamp: boolean; readonly id: boolean };
  /** The header that holds the signed id, if there is one. */
  readonly idHeader?: string | undefined;
  /** Imports a secret once. @throws ConfigurationError for one that can never verify anything */
  importSecret(value: string, option: string): ImportedSecret;
  /** Reads and decodes what the head holds, before the body is read. */
  readProof(headers: HeaderReader): Proof | Refusal;
  /** The position of the secret under which one of the signatures is right, or -1. One computation a secret, whatever the header holds. */
  verify(proof: Proof, body: Uint8Array, secrets: readonly ImportedSecret[]): Promise<number>;
  /** The signed values, decoded: what a delivery's identity is made of where it has no signed id. */
  material(proof: Proof, body: Uint8Array): readonly Part[];
  /** The headers of a genuine delivery. Several secrets make several signatures, where the scheme has room for them. */
  sign(values: SignedValues, secrets: readonly ImportedSecret[]): Promise<Record<string, string>>;
}

/** Tells a refusal from a proof. */
export function isRefusal(value: Proof | Refusal): value is Refusal {
  return 'refused' in value;
}
