import { type Part, sha256 } from '../crypto.ts';
import { encodeBase64 } from '../scheme/encoding.ts';

/** What makes two deliveries the same event. */
export interface IdentityParts {
  readonly provider: string;
  readonly endpoint: string;
  /** The signed event id, where there is one. */
  readonly id: string | undefined;
  /** The signed values, decoded, where there is none. */
  readonly material: readonly Part[];
}

/**
 * The key under which an event is claimed: a digest over decoded, length-prefixed values.
 *
 * Never over header text: another spelling of one delivery must not be another event. Scoped by provider and endpoint, so that one
 * secret at two endpoints does not let an event of one pass for done at the other. Lengths come first, so that `ab`+`c` is not `a`+`bc`.
 */
export async function identityKey(parts: IdentityParts): Promise<string> {
  const values: readonly Part[] = parts.id === undefined ? ['material', ...parts.material] : ['id', utf8(parts.id)];
  const prefixed = [parts.provider, parts.endpoint, ...values].flatMap((value) => [`${value.length}:`, value]);
  return encodeBase64(await sha256(prefixed));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
