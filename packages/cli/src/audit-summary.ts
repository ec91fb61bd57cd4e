import { type AuditLine, wasLetIn } from './audit-lines.ts';
import { count, type Counts, isoTime, listed, type Period, sorted } from './audit-words.ts';
import { aligned, printable } from './output.ts';

/** What `--json` prints without a secret. */
export interface SummaryReport {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly endpoints: Readonly<Record<string, EndpointReport>>;
  readonly secrets: readonly SecretUse[];
}

interface EndpointReport {
  readonly kinds: Counts;
  readonly reasons: Counts;
  readonly settled: Counts;
}

interface SecretUse {
  readonly secret: string;
  readonly endpoint: string;
  /** What `observe` let through among it. */
  readonly accepted: number;
  readonly first: string;
  readonly last: string;
}

/** Gathers what came to each endpoint, and which secrets proved it. */
export interface SummaryAudit {
  add(line: AuditLine): void;
  report(): SummaryReport;
}

/** Starts a summary. */
export function auditSummary({ since, until, holds }: Period): SummaryAudit {
  type Group = Readonly<Record<keyof EndpointReport, Map<string, number>>>;
  const endpoints = new Map<string, Group>();
  const secrets = new Map<
    string,
    { secret: string; endpoint: string; accepted: number; first: number; last: number }
  >();
  return {
    add({ audit, at, endpoint = '-', ...line }) {
      if (!holds(at) || (audit !== 'verdict' && audit !== 'settled')) return;
      const group = endpoints.get(endpoint) ?? { kinds: new Map(), reasons: new Map(), settled: new Map() };
      endpoints.set(endpoint, group);
      if (audit === 'settled') {
        count(group.settled, line.outcome ?? 'unknown');
        return;
      }
      count(group.kinds, line.kind ?? line.outcome ?? 'unknown');
      if (line.reason !== undefined) count(group.reasons, line.reason);
      if (line.secretId === undefined) return;
      const key = JSON.stringify([line.secretId, endpoint]);
      const use = secrets.get(key) ?? { secret: line.secretId, endpoint, accepted: 0, first: at, last: at };
      use.accepted += wasLetIn(line) ? 1 : 0;
      use.first = Math.min(use.first, at);
      use.last = Math.max(use.last, at);
      secrets.set(key, use);
    },
    report: () => ({
      since: isoTime(since),
      until: isoTime(until),
      endpoints: Object.fromEntries(
        [...endpoints]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([endpoint, { kinds, reasons, settled }]) => [
            endpoint,
            { kinds: sorted(kinds), reasons: sorted(reasons), settled: sorted(settled) },
          ]),
      ),
      secrets: [...secrets.values()]
        .sort((a, b) => b.last - a.last)
        .map((use) => ({ ...use, first: isoTime(use.first) ?? '', last: isoTime(use.last) ?? '' })),
    }),
  };
}

/** The summary for a person. */
export function describeSummary({ endpoints, secrets }: SummaryReport): readonly string[] {
  const rows = Object.entries(endpoints).map(([endpoint, { kinds, reasons, settled }]) =>
    [printable(endpoint), listed(kinds), listed(reasons), listed(settled)].map((cell) => (cell === '' ? '-' : cell)),
  );
  if (rows.length === 0) return ['No delivery.'];
  const uses = secrets.map(({ secret, endpoint, accepted, first, last }) => [
    printable(secret),
    printable(endpoint),
    String(accepted),
    first,
    last,
  ]);
  return [
    // Not "refused for": what `observe` let through has a reason, too.
    ...aligned([['endpoint', 'kinds', 'reasons', 'runs'], ...rows]),
    ...(uses.length === 0
      ? []
      : ['', ...aligned([['secret', 'endpoint', 'let in', 'first used', 'last used'], ...uses])]),
  ];
}
