import { type AuditLine, wasLetIn } from './audit-lines.ts';
import { count, type Counts, isoTime, listed, type Period, sorted } from './audit-words.ts';
import { aligned, printable } from './output.ts';

/** Gathers what one secret let in. */
export interface SecretAudit {
  add(line: AuditLine): void;
  /** As JSON holds it. */
  report(): SecretReport;
}

/** A delivery that one secret let in. */
interface LetIn
  extends Pick<
    AuditLine,
    'instance' | 'provider' | 'endpoint' | 'tenant' | 'eventId' | 'eventType' | 'attempt' | 'clientAddress'
  > {
  readonly at: string;
  /** Why it would have been refused, where `observe` let it through. */
  readonly observed?: string | undefined;
  /** How its run ended; absent where no line says so: it may have been cut short. */
  readonly settled?: string | undefined;
}

/** What `--json` prints of a secret. */
export interface SecretReport {
  readonly secret: string;
  /** Whether any record carries its id, in the period or not: what no record knows was perhaps mistyped, and is not "never used". */
  readonly known: boolean;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly first?: string | undefined;
  readonly last?: string | undefined;
  readonly kinds: Counts;
  readonly clientAddresses: Counts;
  readonly events: readonly LetIn[];
  /** Refusals that this secret had no part in, at the endpoints where it was used: by endpoint and reason. */
  readonly beside: Readonly<Record<string, Counts>>;
  readonly changes: readonly { readonly at: string; readonly endpoint?: string | undefined; readonly change: string }[];
}

/** Starts an audit of one secret. */
export function auditSecret(secret: string, { since, until, holds }: Period): SecretAudit {
  const letIn = new Map<string, AuditLine>();
  const seen = new Set<string>();
  const settled = new Map<string, string>();
  const kinds = new Map<string, number>();
  const addresses = new Map<string, number>();
  const endpoints = new Set<string>();
  const refusals = new Map<string, Map<string, number>>();
  const changes: AuditLine[] = [];
  let known = false;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;

  function addVerdict(line: AuditLine): void {
    const { instance = `${line.at}`, endpoint = '' } = line;
    if (line.secretId !== secret) {
      if (line.reason === undefined) return;
      const reasons = refusals.get(endpoint) ?? new Map<string, number>();
      refusals.set(endpoint, count(reasons, line.reason));
      return;
    }
    // A file that is given twice, or a copy of it, tells nothing new.
    if (seen.has(instance)) return;
    seen.add(instance);
    first = Math.min(first, line.at);
    last = Math.max(last, line.at);
    endpoints.add(endpoint);
    count(kinds, line.kind ?? line.outcome ?? 'unknown');
    if (line.clientAddress !== undefined) count(addresses, line.clientAddress);
    if (wasLetIn(line)) letIn.set(instance, line);
  }

  return {
    add(line) {
      if (line.secretId === secret) known = true;
      // The end of a run may stand in an earlier file, and after the period: it is told from its verdict alone whether it counts.
      if (line.audit === 'settled' && line.instance !== undefined) {
        // What ends late has ended before, for its sender.
        if (line.outcome !== 'late') settled.set(line.instance, line.reason ?? line.outcome ?? 'unknown');
      } else if (!holds(line.at)) return;
      else if (line.audit === 'verdict') addVerdict(line);
      else if (line.audit === 'secret' && line.secretId === secret) changes.push(line);
    },
    report() {
      const events = [...letIn.values()].sort((a, b) => a.at - b.at);
      return {
        secret,
        known,
        since: isoTime(since),
        until: isoTime(until),
        first: isoTime(first),
        last: isoTime(last),
        kinds: sorted(kinds),
        clientAddresses: sorted(addresses),
        events: events.map(({ at, instance, provider, endpoint, tenant, eventId, eventType, attempt, ...rest }) => ({
          at: isoTime(at) ?? '',
          instance,
          provider,
          endpoint,
          tenant,
          eventId,
          eventType,
          attempt,
          clientAddress: rest.clientAddress,
          observed: rest.enforced === false ? rest.reason : undefined,
          settled: settled.get(instance ?? ''),
        })),
        beside: Object.fromEntries(
          [...endpoints].sort().flatMap((endpoint) => {
            const reasons = refusals.get(endpoint);
            return reasons === undefined ? [] : [[endpoint, sorted(reasons)]];
          }),
        ),
        changes: changes
          .sort((a, b) => a.at - b.at)
          .map(({ at, endpoint, change = 'unknown' }) => ({ at: isoTime(at) ?? '', endpoint, change })),
      };
    },
  };
}

/** The report for a person. */
export function describeSecret(report: SecretReport): readonly string[] {
  const { secret, known, since, until, first, last, events } = report;
  const period = [since && `since ${since}`, until && `until ${until}`].filter(Boolean).join(' ');
  const title = `Secret ${printable(secret)}${period === '' ? '' : `, ${period}`}: `;
  const deliveries = events.length === 1 ? '1 delivery' : `${events.length} deliveries`;
  const facts = [
    ['used', first !== undefined ? `first ${first}, last ${last}` : known ? 'never' : 'no record carries this id'],
    ['kinds', listed(report.kinds)],
    ['from', listed(report.clientAddresses)],
    ...report.changes.map(({ at, endpoint, change }) => [
      'changed',
      `${at} ${printable(change)}${endpoint === undefined ? '' : ` (${printable(endpoint)})`}`,
    ]),
    ...Object.entries(report.beside).map(([endpoint, reasons]) => [
      'refused beside it',
      `${printable(endpoint)}: ${listed(reasons)}`,
    ]),
  ].filter(([, text]) => text !== '');
  return [
    `${title}${events.length === 0 ? 'nothing was let in' : `${deliveries} let in`}.`,
    '',
    ...(events.length === 0 ? [] : [...table(events), '']),
    ...aligned(facts),
    ...(events.length === 0
      ? []
      : [
          '',
          'Each of them may be forged. Compare their ids with the provider’s own list, and undo what it does not know.',
        ]),
  ];
}

function table(events: readonly LetIn[]): readonly string[] {
  return aligned([
    ['at', 'endpoint', 'event id', 'event type', 'attempt', 'settled', 'from'],
    ...events.map(({ at, endpoint, tenant, eventId, eventType, attempt, clientAddress, observed, settled }) =>
      [
        at,
        tenant === undefined ? endpoint : `${endpoint} (${tenant})`,
        eventId,
        eventType,
        attempt?.toString(),
        observed === undefined ? settled : `${settled ?? ''} observed: ${observed}`.trim(),
        clientAddress,
      ].map((cell) => (cell === undefined ? '-' : printable(cell))),
    ),
  ]);
}
