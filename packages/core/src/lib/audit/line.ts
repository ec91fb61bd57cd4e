import { networkOf } from '../address/network.ts';
import { errorKind } from '../errors.ts';
import { safeText } from '../redact.ts';
import type { SettledRecord, VerdictRecord } from '../types.ts';

/** What became of a secret. It never holds the secret. */
export interface AuditedSecret {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly provider: string;
  readonly endpoint: string;
  readonly tenant?: string | undefined;
  readonly secretId: string;
  /** `added`, `removed`, `expiring` and so on. */
  readonly change: string;
}

/** How much of an address stands in a line. */
export type AddressDetail = 'full' | 'network' | 'none';

/** The longest line, bytes, its end included: so much a pipe takes whole (`PIPE_BUF` of Linux), whoever else writes to it. */
export const LONGEST_LINE = 4096;

/** Texts are cut shorter until their line is short enough. The first is the longest that a record itself holds, with every character escaped. */
const LONGEST_TEXTS = [1201, 300, 50] as const;

type Kind = 'text' | 'number' | 'flag';

// Only what is listed here is ever written. `detail` holds a sender's words, `method` may, and `error` anything at all.
const NAMES = { provider: 'text', endpoint: 'text', tenant: 'text' } as const;
const EVENT = { eventId: 'text', eventType: 'text', attempt: 'number' } as const;
const FIELDS = {
  verdict: {
    instance: 'text',
    kind: 'text',
    outcome: 'text',
    reason: 'text',
    status: 'number',
    ...NAMES,
    secretId: 'text',
    ...EVENT,
    authentic: 'flag',
    claimed: 'flag',
    bodyBytes: 'number',
    skewSeconds: 'number',
    durationMs: 'number',
    enforced: 'flag',
  },
  settled: { instance: 'text', outcome: 'text', reason: 'text', ...NAMES, ...EVENT, durationMs: 'number' },
  secret: { ...NAMES, secretId: 'text', change: 'text' },
} as const satisfies Record<string, Readonly<Record<string, Kind>>>;

/** Makes the line of one record: JSON, at most 4 KiB, with a line end. `now`, milliseconds since 1970, stands for a time that is none. */
export function auditLine(
  audit: keyof typeof FIELDS,
  record: VerdictRecord | SettledRecord | AuditedSecret,
  addresses: AddressDetail,
  now: number,
): Uint8Array {
  const source = record as unknown as Readonly<Record<string, unknown>>;
  for (const longest of LONGEST_TEXTS) {
    const line: Record<string, unknown> = { audit, at: isoTime(source.at) ?? isoTime(now) };
    for (const [name, kind] of Object.entries<Kind>(FIELDS[audit])) line[name] = only(kind, source[name], longest);
    if (source.error !== undefined) line.error = errorKind(source.error);
    // The judged address; of a receiver that trusts no proxy it is the peer's.
    if (audit === 'verdict') line.clientAddress = address(source.clientAddress ?? source.peerAddress, addresses);
    const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    if (bytes.byteLength <= LONGEST_LINE) return bytes;
  }
  // Not even with texts of 50 characters: there are not so many fields.
  throw new Error('the record does not fit a line');
}

/** The line that stands for records that could not be written. */
export function lossLine(count: number, now: number): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ audit: 'lost', at: isoTime(now), count })}\n`);
}

function only(kind: Kind, value: unknown, longest: number): unknown {
  if (kind === 'text') return typeof value === 'string' ? safeText(value, longest) : undefined;
  if (kind === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

function address(value: unknown, detail: AddressDetail): string | undefined {
  return detail === 'none' || typeof value !== 'string' ? undefined : networkOf(value, detail === 'full');
}

function isoTime(at: unknown): string | undefined {
  return typeof at === 'number' && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : undefined;
}
