import { isHost } from '../outbound/target.ts';
import { type Certificate, isSignedBy } from './certificate.ts';

/** What a certificate must be to be believed. */
export interface ChainRules {
  /** The names that it may be issued for; a `*` stands for one label. */
  readonly names: readonly string[];
  /** Authorities that are trusted. */
  readonly anchors: readonly Certificate[];
  /** True where it must lead to one of them. */
  readonly anchored: boolean;
}

/** Longer chains than these nobody issues. */
const MOST_LINKS = 4;

/**
 * What is wrong with a certificate that is followed by those of its issuers, or nothing.
 *
 * A vendor may publish its leaf alone, whose issuer no runtime carries. Such a chain ends before an authority that is known; it is taken where
 * `anchored` is false, for the host that it came from has proved itself by TLS. One that vouches for itself, and one in the name of a known
 * authority that did not sign it, are never taken.
 */
export async function findFault(
  certificates: readonly Certificate[],
  { names, anchors, anchored }: ChainRules,
  nowMs: number,
): Promise<string | undefined> {
  const [leaf, ...others] = certificates;
  if (leaf === undefined) return 'there is no certificate that can be read';
  if (!isInForce(leaf, nowMs)) return 'the certificate is not in force';
  if (leaf.pathLength >= 0) return 'the certificate is that of an authority';
  if (!leaf.names.some((name) => names.some((pattern) => isHost(name, pattern))))
    return 'the certificate is issued for another name';
  let current = leaf;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const known = anchors.filter(({ subject }) => subject === current.issuer);
    if (await findIssuer(current, known, links, nowMs)) return undefined;
    if (known.length > 0) return 'the certificate names an authority that did not sign it';
    const next = await findIssuer(current, others, links, nowMs);
    if (next === undefined) {
      if (current.subject === current.issuer) return 'the certificate vouches for itself';
      if (others.some(({ subject }) => subject === current.issuer)) return 'the chain of certificates is broken';
      return anchored ? 'the certificate leads to no authority that is trusted' : undefined;
    }
    if (next === current) return 'the certificate vouches for itself';
    current = next;
  }
  return 'the chain of certificates is too long';
}

/** True between the two dates of a certificate. */
export function isInForce(
  { notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>,
  nowMs: number,
): boolean {
  return nowMs >= notBefore && nowMs <= notAfter;
}

async function findIssuer(
  certificate: Certificate,
  candidates: readonly Certificate[],
  below: number,
  nowMs: number,
): Promise<Certificate | undefined> {
  for (const one of candidates) {
    if (one.subject !== certificate.issuer || one.pathLength < below || !isInForce(one, nowMs)) continue;
    if (await isSignedBy(certificate, one)) return one;
  }
  return undefined;
}
