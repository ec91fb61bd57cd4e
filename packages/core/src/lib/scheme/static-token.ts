import { sha256 } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { materialSent, querySent } from './as-sent.ts';
import { encodeHex } from './encoding.ts';
import { equalsAny } from './equals-any.ts';
import { compilePlace, type Found, isInHead, type Place, readBody, readBodyPlace, readHeadPlace } from './place.ts';
import type { ImportedSecret, Proof, Refusal, Scheme } from './scheme.ts';
import { decodeSecret, SECRET_FORM_OPTIONS, type SecretForm } from './shared-secret.ts';
import { latin1Bytes } from './strict-form.ts';

/** A token that every delivery carries, as data. */
export interface StaticTokenOptions {
  /** Where it stands. */
  readonly token: Place;
  /** Before the token, where it stands: `Bearer `. */
  readonly prefix?: string;
  /** The token is the digest of the secret, in lower-case hex. Default: the secret itself. */
  readonly digest?: 'sha256';
  readonly secret?: Pick<SecretForm, 'refuse'>;
}

/** No token of any vendor is longer. */
const MOST_CHARACTERS = 4096;

/**
 * A shared token in every delivery. It covers nothing: whoever has seen one delivery can write any other.
 *
 * Both sides are hashed before they are compared, so that neither a length nor a common start shows in the time it takes.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option`
 */
export function staticToken(options: StaticTokenOptions): Scheme {
  refuseUnknownOptions(options, ['token', 'prefix', 'digest', 'secret'], 'static-token');
  const { prefix = '', digest, secret = {} } = options;
  refuseUnknownOptions(secret, SECRET_FORM_OPTIONS.slice(-1), 'static-token.secret');
  const place = compilePlace(options.token, 'static-token.token');
  if (!/^[\x20-\x7e]*$/.test(prefix))
    throw new ConfigurationError('invalid-provider', 'static-token.prefix', 'give visible ASCII text.');
  if (digest !== undefined && digest !== 'sha256')
    throw new ConfigurationError('invalid-provider', 'static-token.digest', 'give sha256, or leave it out.');
  const tokenOf = async ({ key }: ImportedSecret) => {
    const bytes = (key as () => Uint8Array)();
    return digest === undefined ? bytes : latin1Bytes(encodeHex(await sha256([bytes])));
  };
  const read = (found: Found): Proof | Refusal => {
    if (found === 'absent') return { refused: 'missing-signature', detail: 'there is no token' };
    if (found === 'malformed' || !found.text.startsWith(prefix) || found.text.length > MOST_CHARACTERS)
      return {
        refused: 'malformed-signature',
        detail: `the token is not written as one${prefix === '' ? '' : ` after "${prefix}"`}`,
      };
    return { signatures: [latin1Bytes(found.text.slice(prefix.length))] };
  };
  return Object.freeze<Scheme>({
    kind: 'static-token',
    headers: Object.freeze('header' in place ? [place.header] : []),
    signs: Object.freeze({ body: false, timestamp: false, id: false, fields: Object.freeze([]) }),
    secrets: 'shared',
    importSecret(value, option) {
      const bytes = decodeSecret(value, option, secret);
      return Object.freeze({ key: () => bytes, bytes: bytes.byteLength });
    },
    readProof(head) {
      const values = querySent(head);
      return isInHead(place) ? { values, ...read(readHeadPlace(place, head)) } : { values, signatures: [] };
    },
    ...(!isInHead(place) && {
      readBody: ({ values }: Proof, body: Uint8Array) => ({ values, ...read(readBodyPlace(place, readBody(body))) }),
    }),
    async verify(proof, _, secrets) {
      const given: Uint8Array[] = [];
      for (const token of proof.signatures) given.push(await sha256([token]));
      for (const [index, one] of secrets.entries())
        if (equalsAny(await sha256([await tokenOf(one)]), given)) return index;
      return -1;
    },
    material: materialSent,
    async sign(_, secrets) {
      const [one] = secrets;
      if (!('header' in place) || one === undefined || secrets.length > 1)
        throw new ConfigurationError(
          'invalid-option',
          'secret',
          'write the token into the request: there is nothing to sign.',
        );
      return { headers: { [place.header]: prefix + String.fromCharCode(...(await tokenOf(one))) } };
    },
  });
}
