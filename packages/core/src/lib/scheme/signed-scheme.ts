import { hash, type Part } from '../crypto.ts';
import { composeRequest } from './compose-request.ts';
import { encode } from './encoding.ts';
import { isMeant } from './key-id.ts';
import { compilePlan, type SignedSchemeOptions } from './plan.ts';
import { BOUND, readBodyProof, readHeadProof } from './read-proof.ts';
import type { ImportedSecret, Proof, Scheme } from './scheme.ts';
import { type ContentValues, digestBody, type SignedContent } from './signed-content.ts';

/** What a kind computes with. */
export interface Prover {
  readonly kind: string;
  readonly secrets: Scheme['secrets'];
  readonly keys?: Scheme['keys'];
  /** The length of every signature in bytes, where they have one. */
  readonly signatureBytes?: number | undefined;
  importSecret(value: string, option: string): ImportedSecret;
  importSigningSecret?(value: string, option: string): ImportedSecret;
  /** The secret itself, for content that holds it. */
  reveal?(secret: ImportedSecret): Uint8Array;
  /** True where one of the signatures is right over the parts. */
  matches(secret: ImportedSecret, signatures: readonly Uint8Array[], parts: readonly Part[]): Promise<boolean>;
  make(secret: ImportedSecret, parts: readonly Part[]): Promise<Uint8Array>;
  /** Makes it with a secret that verifies, where that can sign, too. */
  respond?(secret: ImportedSecret, parts: readonly Part[]): Promise<Uint8Array | undefined>;
}

/**
 * Makes a scheme of what a vendor's page says: where the signature, the time and the id stand, and which bytes are signed.
 *
 * What the head holds is judged before the body is read; what stands in the body is read strictly, once.
 *
 * @throws ConfigurationError `invalid-provider` for a scheme that could never verify anything
 */
export function signedScheme(options: SignedSchemeOptions, prover: Prover): Scheme {
  const plan = compilePlan(options, prover.kind, prover.signatureBytes);
  const { contents, values } = plan;
  const [first] = contents as [SignedContent];
  const digested = Object.values(values).some((value) => 'bodyDigest' in value || 'bodyChecksum' in value);

  const given = (proof: Proof, body: Uint8Array, item: Pick<Proof, 'values'>): ContentValues => ({
    timestamp: proof.timestampText,
    id: proof.id,
    body,
    values: item.values ?? proof.values,
  });

  async function known(proof: Proof, body: Uint8Array): Promise<readonly ContentValues[]> {
    const digests = digested ? await digestBody(values, body) : {};
    return (proof.items ?? [proof]).map((item) => {
      const one = given(proof, body, item);
      return digested ? { ...one, values: { ...one.values, ...digests } } : one;
    });
  }

  /** True unless the signed query names a digest, and it is another one than the body's. */
  async function isBound(proof: Proof, body: Uint8Array): Promise<boolean> {
    const bound = proof.values?.[BOUND];
    if (bound === undefined || plan.bodyDigest === undefined) return true;
    return encode(await hash(plan.bodyDigest.digest, [body]), 'hex') === bound.toLowerCase();
  }

  return Object.freeze<Scheme>({
    kind: prover.kind,
    headers: plan.headers,
    signs: plan.signs,
    idHeader: plan.idPlace !== undefined && 'header' in plan.idPlace ? plan.idPlace.header : undefined,
    ...(plan.publicUrl !== '' && { publicUrl: plan.publicUrl }),
    secrets: prover.secrets,
    keys: prover.keys,
    importSecret: prover.importSecret,
    ...(prover.importSigningSecret && { importSigningSecret: prover.importSigningSecret }),
    ...(prover.respond && { respond: prover.respond }),
    readProof: (head) => readHeadProof(head, plan),
    ...(plan.looksIntoBody && { readBody: (proof: Proof, body: Uint8Array) => readBodyProof(proof, body, plan) }),

    async verify(proof, body, secrets) {
      if (!(await isBound(proof, body))) return -1;
      const items = proof.items ?? [proof];
      const given = await known(proof, body);
      for (const [index, secret] of secrets.entries()) {
        if (!isMeant(secret, proof.keyId, secrets)) continue;
        let right = items.length > 0;
        for (const [at, { signatures }] of items.entries()) {
          let matches = 0;
          for (const content of contents) {
            const values = given[at] as ContentValues;
            const parts = content.parts(content.has.secret ? { ...values, secret: prover.reveal?.(secret) } : values);
            matches += (await prover.matches(secret, signatures, parts)) ? 1 : 0;
          }
          right &&= matches > 0;
        }
        if (right) return index;
      }
      return -1;
    },

    material(proof, body) {
      if (options.identity === 'body') return [body];
      // Bytes that are not signed would make a new event of every copy.
      const parts = (proof.items ?? [proof]).flatMap((item) => first.material(given(proof, body, item)));
      const digestsBody = Object.values(values).some((value) => 'bodyDigest' in value);
      return digestsBody || proof.values?.[BOUND] !== undefined ? [...parts, body] : parts;
    },

    sign: (request, secrets) => composeRequest(request, secrets, { options, plan, prover, known }),
  });
}
