import type { CompiledSecret } from '../secrets.ts';
import type { SecretChange, WatchedSecret } from './secret-watch.ts';

/** How long before its end a secret is said to run out. */
const AHEAD_MS = 7 * 86_400_000;
/** A sender may take so long to sign with a new secret, before the old one is said to be in use. */
const SWITCH_MS = 86_400_000;

/** A change, and the secret it is about. */
export interface Aged {
  readonly change: SecretChange;
  readonly one: WatchedSecret;
  /** It has gone on for longer than the sender could repeat anything: a person must look. */
  readonly overdue?: boolean;
}

/**
 * What the ages of one tenant's secrets say at a delivery that one of them signed.
 *
 * Which of two is newer, their dates say: the one that begins later, then the one that ends later; else the one that stands first.
 */
export function findAges(
  group: readonly WatchedSecret[],
  match: WatchedSecret,
  at: number,
  horizonMs: number,
): readonly Aged[] {
  const found: Aged[] = [];
  for (const one of group) {
    const left = one.secret.notAfter - at;
    if (left < 0) found.push({ change: 'expired', one });
    else if (left <= AHEAD_MS) found.push({ change: 'expiring', one });
  }
  const inForce = group.filter(({ secret }) => at >= secret.notBefore && at <= secret.notAfter);
  const newestFirst = [...inForce].sort((one, other) => compareAges(one.secret, other.secret));
  const place = newestFirst.indexOf(match);
  const newer = newestFirst.slice(0, Math.max(0, place));
  if (newer.some(({ firstUsedAt, since }) => firstUsedAt !== undefined || at - since >= SWITCH_MS))
    found.push({ change: 'old-in-use', one: match, overdue: newer.some(({ since }) => at - since >= horizonMs) });
  for (const one of newer)
    if (one.firstUsedAt === undefined && at - one.since >= horizonMs) found.push({ change: 'unused', one });
  for (const one of newestFirst.slice(place + 1)) {
    // Quiet for as long as its sender could still repeat what it signed, and seen to be so by this process.
    const quietSince = Math.max(one.lastUsedAt ?? one.since, match.firstUsedAt ?? at);
    if (at - quietSince >= horizonMs) found.push({ change: 'safe-to-remove', one });
  }
  return found;
}

function compareAges(one: CompiledSecret, other: CompiledSecret): number {
  if (one.notBefore !== other.notBefore) return one.notBefore > other.notBefore ? -1 : 1;
  if (one.notAfter !== other.notAfter) return one.notAfter > other.notAfter ? -1 : 1;
  return 0;
}
