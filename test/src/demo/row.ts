import type { RawAnswer } from './raw-request.ts';
import type { LogLine } from './server.ts';

/** What became of one line of the demo, as each of the three sees it. */
export interface Sight {
  /** Status codes, and a note where an answer says more, or less, than it may. */
  readonly caller: string;
  /** From the server's records. */
  readonly operator: string;
  /** `no`, `once`, `2 times`: from the server's own business log. */
  readonly handler: string;
}

/** One line of the demo's table. */
export interface Row {
  readonly group: string;
  readonly sent: string;
  readonly expected: Sight;
  readonly seen: Sight;
}

/** Where what was seen differs from what was expected, in words; empty when the row is right. */
export function findDifferences({ expected, seen }: Row): readonly string[] {
  return (['caller', 'operator', 'handler'] as const)
    .filter((side) => expected[side] !== seen[side])
    .map((side) => `${side}: expected ${expected[side]}, saw ${seen[side]}`);
}

/** Puts together what was seen of one row: the answers that came back (or what prevented them), and the lines its server logged for them. */
export function describeSight(
  answers: readonly (RawAnswer | string)[],
  lines: readonly LogLine[],
  printed: string,
): Sight {
  const verdicts = lines.filter(({ log }) => log === 'verdict');
  const instances = new Set(verdicts.map(({ instance }) => instance));
  const runs = lines.filter(({ log }) => log === 'payment').length;
  return {
    caller: joined(answers.map((answer) => describeAnswer(answer, instances))),
    operator: joined(verdicts.map((verdict) => describeVerdict(verdict, lines, printed))),
    handler: runs === 0 ? 'no' : runs === 1 ? 'once' : `${runs} times`,
  };
}

function joined(parts: readonly string[]): string {
  return parts.length === 0 ? 'nothing' : parts.join(' + ');
}

function describeVerdict(verdict: LogLine, lines: readonly LogLine[], printed: string): string {
  if (verdict.outcome === 'answered') return 'answered, done before';
  if (verdict.outcome === 'rejected') {
    const { reason, authentic } = verdict;
    if (reason === 'misconfigured' && printed.includes('POSTERN_MISCONFIGURED')) return 'misconfigured, warned';
    return reason === 'stale' || reason === 'future'
      ? `${reason}, ${authentic ? 'authentic' : 'forged'}`
      : String(reason);
  }
  const settled = lines.find(({ log, instance }) => log === 'settled' && instance === verdict.instance);
  const notes = [
    ...(verdict.attempt === 1 ? [] : [`attempt ${verdict.attempt}`]),
    ...(String(verdict.secretId).endsWith('_PREVIOUS') ? ['old secret'] : []),
  ];
  const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return `accepted${note}, ${settled === undefined ? 'not settled' : (settled.reason ?? settled.outcome)}`;
}

function describeAnswer(answer: RawAnswer | string, instances: ReadonlySet<unknown>): string {
  if (typeof answer === 'string') return answer;
  const flaw = answer.status < 300 ? flawOfAcknowledgement(answer) : flawOfRefusal(answer, instances);
  return flaw === undefined ? String(answer.status) : `${answer.status}, ${flaw}`;
}

function flawOfAcknowledgement({ body }: RawAnswer): string | undefined {
  return body === '' ? undefined : 'with a body';
}

/** A refusal is one fixed body for each status, with the id under which the operator finds the record: no reason, no message, no stack. */
function flawOfRefusal({ status, headers, body }: RawAnswer, instances: ReadonlySet<unknown>): string | undefined {
  if (headers['content-type'] !== 'application/problem+json') return 'no problem+json';
  const problem = parseObject(body);
  if (problem === undefined) return 'no problem+json';
  if (Object.keys(problem).sort().join() !== 'instance,status,title') return 'says too much';
  const { instance, status: told } = problem;
  if (told !== status) return 'tells two statuses';
  if (!instances.has(String(instance).replace('urn:uuid:', ''))) return 'unknown instance';
  if ((status === 503) !== (headers['retry-after'] !== undefined)) return 'Retry-After is wrong';
  if (status === 405 && headers.allow !== 'POST') return 'Allow is wrong';
  return undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
