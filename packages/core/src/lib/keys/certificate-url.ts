import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { createOutbound } from '../outbound/client.ts';
import { readTarget } from '../outbound/target.ts';
import { isInHead, type Place, readBody, readBodyPlace, readHeadPlace } from '../scheme/place.ts';
import type { ImportedSecret } from '../scheme/scheme.ts';
import { askForKey, refusalOf } from './ask.ts';
import { type Certificate, readCertificates } from './certificate.ts';
import { findFault, isInForce } from './chain.ts';
import { type Answered, createMemory } from './memory.ts';
import { importOne } from './read-key.ts';
import type { KeyRefusal, KeyRequestContext, RemoteKeys } from './remote-keys.ts';

/** A certificate whose URL stands in the delivery, as data. */
export interface CertificateUrlOptions {
  /** Where the URL stands. It is a stranger's word. */
  readonly at: Place;
  /** The hosts that it may name; a `*` stands for exactly one label: `sns.*.amazonaws.com`. */
  readonly hosts: readonly string[];
  /** The name of a setting that is missing, and without which a fetched key would prove nothing: said at start-up. */
  readonly needs?: string | undefined;
  /** What its path must be, from beginning to end, query included. */
  readonly path: RegExp;
  /** The names that the certificate may be issued for. */
  readonly names: readonly string[];
  /** Authorities in PEM, one of which must stand behind the certificate. Default: those of the runtime, where they know its issuer. */
  readonly authorities?: string | undefined;
}

interface Held extends Pick<Certificate, 'notBefore' | 'notAfter'> {
  readonly key: ImportedSecret;
}

/**
 * The key of a certificate that the delivery names by its URL. Whoever can choose the URL can choose the key, so host and path are pinned to
 * the letter before anything is asked, and the certificate must be in force, issued for the vendor's name, and signed by its issuers as far
 * as they are at hand.
 *
 * A certificate is kept as `jwks` keeps a set; URLs that are not known share an allowance of ten at once and one in two seconds.
 *
 * @throws ConfigurationError `invalid-provider` for hosts or a path that pin nothing
 */
export function certificateUrl(options: CertificateUrlOptions): RemoteKeys {
  refuseUnknownOptions(options, ['at', 'hosts', 'needs', 'path', 'names', 'authorities'], 'certificateUrl');
  const { hosts, path, names, needs } = options;
  if (hosts.length === 0 || names.length === 0)
    throw new ConfigurationError(
      'invalid-provider',
      'certificateUrl',
      'name the hosts and the names of the certificate.',
    );
  if (!path.source.startsWith('^\\/') || !path.source.endsWith('$') || path.flags !== '')
    throw new ConfigurationError('invalid-provider', 'certificateUrl.path', 'pin the whole path: /^\\/…$/.');
  const given = options.authorities === undefined ? undefined : readCertificates(options.authorities);
  if (options.authorities !== undefined && (given === undefined || given.length === 0))
    throw new ConfigurationError('invalid-option', 'authorities', 'give certificates of authorities in PEM.');
  return Object.freeze<RemoteKeys>({
    open(means) {
      if (needs !== undefined)
        throw new ConfigurationError(
          'missing-option',
          needs,
          'give it as a setting of the provider, since the vendor signs for others, too; or give the key that signs as a secret.',
        );
      const outbound = means.outbound ?? createOutbound();
      const memory = createMemory<Held>(means.clock);

      async function ask(url: string, host: string, nowMs: number): Promise<Answered<Held>> {
        const answer = await askForKey(outbound, { url, hosts }, (status) => status === 403 || status === 410);
        if (answer.kind !== 'known') return answer;
        const anchors = given ?? (outbound.authorities?.(host) ?? []).flatMap((pem) => readCertificates(pem) ?? []);
        const certificates = readCertificates(answer.value.text) ?? [];
        const fault = await findFault(certificates, { names, anchors, anchored: given !== undefined }, nowMs);
        const [leaf] = certificates;
        const key = leaf && importOne(() => means.importKey(leaf.key));
        if (fault !== undefined || leaf === undefined || key === undefined)
          return { kind: 'unknown', detail: fault ?? 'its key is none of this scheme' };
        const { notBefore, notAfter } = leaf;
        return { kind: 'known', value: { key, notBefore, notAfter }, freshMs: answer.value.freshMs };
      }

      return {
        async find(context) {
          const named = readUrl(options.at, context);
          if (typeof named === 'object') return named;
          const target = readTarget(named, hosts);
          if (target === undefined || !path.test(target.path))
            return { reason: 'unsupported-scheme', detail: 'the URL of the certificate is none of the vendor’s' };
          const url = `https://${target.host}${target.path}`;
          const answer = await memory.recall(url, () => ask(url, target.host, context.nowMs));
          if (answer.kind !== 'known') return refusalOf(answer);
          if (!isInForce(answer.value, context.nowMs))
            return refusalOf({ kind: 'unknown', detail: 'its certificate is not in force' });
          return { ...answer.value.key, id: target.path.slice(target.path.lastIndexOf('/') + 1) };
        },
      };
    },
  });
}

function readUrl(at: Place, { headers, body }: KeyRequestContext): string | KeyRefusal {
  const found = isInHead(at) ? readHeadPlace(at, headers) : readBodyPlace(at, readBody(body));
  if (typeof found === 'object') return found.text;
  return { reason: 'malformed-signature', detail: 'the delivery names no certificate' };
}
