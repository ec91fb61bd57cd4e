import { sha256 } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { materialSent, querySent } from './as-sent.ts';
import { decodeBase64, encodeBase64 } from './encoding.ts';
import { equalsAny } from './equals-any.ts';
import type { Scheme } from './scheme.ts';

/**
 * HTTP Basic authentication (RFC 7617): the secret is `user:password`. It covers nothing: whoever has seen one delivery can write any other.
 *
 * Both sides are hashed before they are compared, so that neither a length nor a common start shows in the time it takes.
 */
export function basic(options: Record<string, never> = {}): Scheme {
  refuseUnknownOptions(options, [], 'basic');
  return Object.freeze<Scheme>({
    kind: 'basic',
    headers: Object.freeze(['authorization']),
    signs: Object.freeze({ body: false, timestamp: false, id: false, fields: Object.freeze([]) }),
    secrets: 'shared',
    importSecret(value, option) {
      if (!/^[^:]+:./.test(value))
        throw new ConfigurationError('undecodable-secret', option, 'give the user and the password as user:password.');
      const bytes = new TextEncoder().encode(value);
      return Object.freeze({ key: () => bytes, bytes: bytes.byteLength });
    },
    readProof(head) {
      const text = head.value('authorization');
      if (text === '') return { refused: 'missing-signature', detail: 'there is no authorization header' };
      const [, base64] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(text.slice(0, 4096)) ?? [];
      const bytes = base64 === undefined ? undefined : decodeBase64(base64);
      if (bytes === undefined)
        return { refused: 'malformed-signature', detail: 'the authorization header is not "Basic" and padded base64' };
      return { signatures: [bytes], values: querySent(head) };
    },
    async verify(proof, _, secrets) {
      const given: Uint8Array[] = [];
      for (const credentials of proof.signatures) given.push(await sha256([credentials]));
      for (const [index, { key }] of secrets.entries())
        if (equalsAny(await sha256([(key as () => Uint8Array)()]), given)) return index;
      return -1;
    },
    material: materialSent,
    async sign(_, secrets) {
      const [one] = secrets;
      if (one === undefined || secrets.length > 1)
        throw new ConfigurationError('invalid-option', 'secret', 'there is room for one user and password.');
      return { headers: { authorization: `Basic ${encodeBase64((one.key as () => Uint8Array)())}` } };
    },
  });
}
