import { type Part, sha256 } from '../crypto.ts';
import { encodeBase64 } from '../scheme/encoding.ts';

/** What makes two deliveries the same event. */
export interface IdentityParts {
  readonly provider: string;
  readonly endpoint: string;
  /** Whose secret signed it, where several tenants share an endpoint. */
  readonly tenant: string | undefined;
  /** The signed event id, where there is one. */
  readonly id: string | undefined;
  /** What the provider confirmed (its id of the payment, the status), where it was asked and no event id is signed. */
  readonly confirmed?: readonly string[] | undefined;
  /** The signed values, decoded, where there is none. */
  readonly material: readonly Part[];
}

/**
 * The key under which an event is claimed: a digest over decoded, length-prefixed values.
 *
 * Never over header text: another spelling of one delivery must not be another event. Scoped by provider, endpoint and tenant, so that one
 * secret at two endpoints does not let an event of one pass for done at the other. Lengths come first, so that `ab`+`c` is not `a`+`bc`.
 */
export async function identityKey(parts: IdentityParts): Promise<string> {
  const values: readonly Part[] =
    parts.id !== undefined
      ? ['id', utf8(parts.id)]
      : parts.confirmed !== undefined
        ? ['confirmed', ...parts.confirmed.map(utf8)]
        : ['material', ...parts.material];
  return digestOf([parts.provider, parts.endpoint, parts.tenant ?? '', ...values]);
}

/** A digest of the signed values alone: tells a retry of the same bytes from another delivery that bears the same event id. */
export function materialDigest(material: readonly Part[]): Promise<string> {
  return digestOf(material);
}

async function digestOf(values: readonly Part[]): Promise<string> {
  return encodeBase64(await sha256(values.flatMap((value) => [`${value.length}:`, value])));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
