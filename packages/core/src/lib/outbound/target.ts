/** A URL that may be asked. */
export interface OutboundTarget {
  /** Lower-case, one of the hosts that were given. */
  readonly host: string;
  /** Path and query as they were written. */
  readonly path: string;
}

/** A URL that is written in the one way that every reader understands alike: no userinfo, no port, no bracket, no backslash, no fragment. */
const PLAIN = /^https:\/\/([A-Za-z0-9.-]{1,253})((?:\/[!$-;=?-Z_a-z~]*)?)$/;

const LABEL = /^(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const LONGEST = 2048;

/**
 * Reads a URL that may have come from a stranger: the host must be one of those that are given, to the letter.
 *
 * Parsers disagree about `https://good@bad/`, `https://bad\@good/`, a dot at the end and full-width letters. None of that is interpreted here:
 * what is not written plainly is refused.
 */
export function readTarget(url: unknown, hosts: readonly string[]): OutboundTarget | undefined {
  if (typeof url !== 'string' || url.length > LONGEST) return undefined;
  const [, written = '', path = ''] = PLAIN.exec(url) ?? [];
  const host = written.toLowerCase();
  if (!isName(host) || !hosts.some((pattern) => isHost(host, pattern))) return undefined;
  // `/a/../b` and its escaped spellings are cut short by some servers and not by others.
  if (/\/(?:\.|%2e){1,2}(?:[/?]|$)/i.test(path)) return undefined;
  return { host, path: path === '' ? '/' : path };
}

/** True for a name of at least two labels whose last one is no number: `127.1` and `0x7f.0.0.1` are addresses to some readers. */
function isName(host: string): boolean {
  const labels = host.split('.');
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && /^[a-z]{2,}$/.test(labels.at(-1) ?? '');
}

/** True for the host of a pattern. A `*` among the last two labels would let anybody's domain in, and means nobody. */
export function isHost(host: string, pattern: string): boolean {
  const names = host.split('.');
  const wanted = pattern.toLowerCase().split('.');
  return (
    names.length === wanted.length &&
    wanted.every((label, index) => (label === '*' ? index < wanted.length - 2 : label === names[index]))
  );
}
