import { type AuditLine, readAuditLines } from './audit-lines.ts';
import { auditSecret, describeSecret } from './audit-secret.ts';
import { auditSummary, describeSummary } from './audit-summary.ts';
import { readMoment } from './audit-time.ts';
import { createPeriod } from './audit-words.ts';
import { Misuse } from './misuse.ts';
import { nearestName } from './nearest-name.ts';
import { type Output, printable } from './output.ts';

/** What is asked of audit logs. */
export interface AuditFlags {
  readonly secret?: string;
  readonly since?: string;
  readonly until?: string;
  readonly endpoint?: string;
  readonly json?: boolean;
}

/**
 * Reads audit logs and tells what a secret let in, or, without one, what came to each endpoint. Lines that cannot be read are counted and said
 * on standard error: a process that is killed may leave one behind.
 *
 * @throws Misuse for a time or a file that cannot be read, for files that are no audit logs, and for a secret or an endpoint that they do not know
 */
export async function audit(
  files: readonly string[],
  { secret, since, until, endpoint, json = false }: AuditFlags,
  { out, err }: { readonly out: Output; readonly err: Output },
  now: number,
): Promise<number> {
  if (secret !== undefined && /^(?:$|(?:v1,)?whsec_|[srp]k_|-----BEGIN)/.test(secret))
    throw new Misuse(
      '--secret: give the id of the secret, as it stands in the records (secretId), never its value: the shell’s history keeps what is typed.',
    );
  const period = createPeriod(
    since === undefined ? undefined : readMoment('--since', since, now),
    until === undefined ? undefined : readMoment('--until', until, now),
  );
  if (period.since !== undefined && period.until !== undefined && period.since > period.until)
    throw new Misuse('--until is before --since: nothing could be found.');
  if (files.filter((file) => file === '-').length > 1) throw new Misuse('- is standard input: give it once.');
  const one = secret === undefined ? undefined : auditSecret(secret, period);
  const all = secret === undefined ? auditSummary(period) : undefined;
  let read = 0;
  let unreadable = 0;
  let lost = 0;
  const isRepeated = files.length > 1 ? createMemory() : () => false;
  const known = { secrets: new Set<string>(), endpoints: new Set<string>() };
  const take = (line: AuditLine): void => {
    read++;
    // Rotated files overlap where one was copied while it was written to: what was read already tells nothing new.
    if (isRepeated(line)) return;
    // Whatever their time: what is not used any more is still known by what it did before.
    if (line.secretId !== undefined) known.secrets.add(line.secretId);
    if (line.endpoint !== undefined) known.endpoints.add(line.endpoint);
    if (line.audit === 'lost' && period.holds(line.at)) lost += line.count ?? 0;
    if (line.audit === 'lost' || (endpoint !== undefined && line.endpoint !== endpoint)) return;
    one?.add(line);
    all?.add(line);
  };
  for (const file of files)
    for await (const line of readAuditLines(file)) {
      if (line === undefined) unreadable++;
      else take(line);
    }
  if (read === 0 && unreadable > 0)
    throw new Misuse(`${files.map((file) => printable(file)).join(', ')}: there is no line of an audit log in it.`);
  // A log without any record knows nothing, and mistypes nothing.
  if (read > 0) {
    requireKnown('--secret', secret, known.secrets, 'id');
    requireKnown('--endpoint', endpoint, known.endpoints, 'endpoint');
  }
  if (unreadable > 0)
    await err.line(`postern: ${unreadable === 1 ? '1 line' : `${unreadable} lines`} could not be read.`);
  if (lost > 0)
    await err.line(`postern: ${lost === 1 ? '1 record was' : `${lost} records were`} lost, and may be missing here.`);
  const report = one?.report();
  const summary = all?.report();
  const lines =
    report === undefined ? describeSummary(summary ?? { endpoints: {}, secrets: [] }) : describeSecret(report);
  for (const line of json ? [JSON.stringify({ ...report, ...summary, read, unreadable, lost })] : lines)
    await out.line(line);
  return 0;
}

/** "Never used" of a mistyped id would be taken for leave to remove a secret that is in use. What was given is not repeated: it may be a secret. */
function requireKnown(flag: string, given: string | undefined, known: ReadonlySet<string>, word: string): void {
  if (given === undefined || known.has(given)) return;
  const names = [...known].sort();
  const nearest = nearestName(given, names);
  const ordered = nearest === undefined ? names : [nearest, ...names.filter((name) => name !== nearest)];
  const rest = ordered.length > 20 ? ` and ${ordered.length - 20} more` : '';
  const listed = ordered.slice(0, 20).map((name) => printable(name, 80));
  throw new Misuse(
    `${flag}: no record of these files carries this ${word}. ${word === 'id' ? 'Ids' : 'Endpoints'} in them: ${listed.join(', ') || 'none'}${rest}.`,
  );
}

/** Remembers lines: a delivery by its instance and what became of it, any other by all that it says. By day, since a set has a largest size. */
function createMemory(): (line: AuditLine) => boolean {
  const days = new Map<number, Set<string>>();
  return (line) => {
    const day = Math.floor(line.at / 86_400_000);
    const seen = days.get(day) ?? new Set<string>();
    days.set(day, seen);
    const { instance, audit, outcome } = line;
    const key = instance === undefined ? JSON.stringify(line) : `${audit} ${outcome} ${instance}`;
    return seen.size === seen.add(key).size;
  };
}
