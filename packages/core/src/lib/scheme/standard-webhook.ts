import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { ed25519 } from './ed25519.ts';
import type { HeadReader } from './header-reader.ts';
import { hmac } from './hmac.ts';
import { type ImportedSecret, isRefusal, type Proof, type Scheme } from './scheme.ts';
import type { SecretForm } from './shared-secret.ts';

/** A Standard Webhooks scheme, as data. */
export interface StandardWebhookOptions {
  /** Before `-id`, `-timestamp` and `-signature` in the names of the headers: `webhook`, `svix`. */
  readonly headers: string;
  /** How the shared secret becomes a key. Default: base64 after `whsec_`. */
  readonly secret?: SecretForm;
  /** Of several signatures, one that cannot be decoded is passed over, as the vendor's own library does. Default: it refuses the delivery. */
  readonly undecodable?: 'skipped';
}

/** A secret of either kind: which of the two it is, its own form says, never the sender. */
interface EitherSecret {
  readonly pair: boolean;
  readonly secret: ImportedSecret;
}

/**
 * Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 (`v1`) under a shared secret, or Ed25519 (`v1a`) under a public key that starts
 * with `whpk_`. A delivery may carry both; each secret looks at its own.
 */
export function standardWebhook(options: StandardWebhookOptions): Scheme {
  refuseUnknownOptions(options, ['headers', 'secret', 'undecodable'], 'standard-webhook');
  const { headers, undecodable, secret = { encoding: 'base64', prefix: 'whsec_' } } = options;
  const signatureHeader = `${headers.toLowerCase()}-signature`;
  const parts = (version: string) =>
    ({
      encoding: 'base64',
      content: '{id}.{timestamp}.{body}',
      signature: {
        header: signatureHeader,
        grammar: 'versioned',
        version,
        separator: ' ',
        versionSeparator: ',',
        ...(undecodable && { undecodable }),
      },
      timestamp: { header: `${headers}-timestamp` },
      id: { header: `${headers}-id` },
    }) as const;
  const shared = hmac({ ...parts('v1'), digest: 'sha256', secret });
  const pair = ed25519({ ...parts('v1a'), secret: { encoding: 'base64', prefix: 'whpk_' } });
  const of = ({ key }: ImportedSecret) => key as EitherSecret;

  return Object.freeze<Scheme>({
    ...shared,
    kind: 'standard-webhook',
    secrets: 'either',
    importSecret(value, option) {
      const isPair = value.startsWith('whpk_');
      const imported = (isPair ? pair : shared).importSecret(value, option);
      return Object.freeze({ key: Object.freeze({ pair: isPair, secret: imported }), bytes: imported.bytes });
    },
    importSigningSecret(value, option) {
      const isPair = value.startsWith('-----BEGIN');
      const imported = isPair ? pair.importSigningSecret?.(value, option) : shared.importSecret(value, option);
      return Object.freeze({ key: Object.freeze({ pair: isPair, secret: imported }), bytes: imported?.bytes ?? 0 });
    },
    readProof(head: HeadReader) {
      const first = shared.readProof(head);
      // Most deliveries carry no v1a: a header is not read twice for nothing.
      if (!head.value(signatureHeader).includes('v1a,')) return first;
      const second = pair.readProof(head);
      if (isRefusal(second)) return first;
      if (!isRefusal(first)) return { ...first, pairs: second.signatures };
      return first.refused === 'unsupported-scheme' ? { ...second, signatures: [], pairs: second.signatures } : first;
    },
    async verify(proof: Proof, body, secrets) {
      for (const [index, one] of secrets.entries()) {
        const { pair: isPair, secret: imported } = of(one);
        const own = isPair ? { ...proof, signatures: proof.pairs ?? [] } : proof;
        if ((await (isPair ? pair : shared).verify(own, body, [imported])) === 0) return index;
      }
      return -1;
    },
    async sign(request, secrets) {
      const isPair = secrets.map((one) => of(one).pair);
      if (isPair.includes(true) && isPair.includes(false))
        throw new ConfigurationError(
          'invalid-option',
          'secret',
          'sign with shared secrets or with private keys, not with both at once.',
        );
      return (isPair.includes(true) ? pair : shared).sign(
        request,
        secrets.map((one) => of(one).secret),
      );
    },
  });
}
