import { Misuse } from '../misuse.ts';
import { printable } from '../output.ts';
import type { Streams } from '../verify-cases.ts';
import { type ClockReading, readClock } from './clock.ts';
import { diagnoseProject } from './diagnose-project.ts';
import { type EndpointReading, readEndpoint } from './endpoint.ts';
import type { Diagnosis, Finding, Level } from './finding.ts';
import { readProject } from './project.ts';

/** What `postern doctor` was asked for. */
export interface DoctorRequest {
  readonly folder: string;
  readonly json: boolean;
  /** Environment files outside the project. */
  readonly envFiles: readonly string[];
  /** Whether a time source and the endpoint may be asked. */
  readonly network: boolean;
  /** The endpoint's public address. */
  readonly url: string | undefined;
  /** `host[:port]`, by NTP. */
  readonly timeServer: string;
}

const HEADINGS: Readonly<Record<Level, string>> = {
  error: 'Errors: wrong as it stands',
  warning: 'Warnings: wrong in all likelihood',
  note: 'Notes: worth a thought',
};

/** Reads a project and says what its checklists find: 0 nothing (or notes alone), 1 something. @throws Misuse */
export async function runDoctor(request: DoctorRequest, { out }: Streams, now = Date.now()): Promise<number> {
  if (request.url !== undefined && !request.network)
    throw new Misuse('--url asks the endpoint, and --no-network forbids it. Leave one of them out.');
  const [clock, endpoint] = await Promise.all([askClock(request), askEndpoint(request, now)]);
  const project = readProject(request.folder, { envFiles: request.envFiles, clock, endpoint, now });
  const diagnosis = diagnoseProject(project);
  for (const line of request.json ? [JSON.stringify(diagnosis)] : describe(diagnosis)) await out.line(line);
  return diagnosis.findings.some(({ level }) => level !== 'note') ? 1 : 0;
}

async function askClock({ network, timeServer }: DoctorRequest): Promise<ClockReading> {
  return network ? readClock(timeServer) : { skipped: '--no-network' };
}

async function askEndpoint({ url }: DoctorRequest, now: number): Promise<EndpointReading> {
  return url === undefined ? { skipped: 'no address was given with --url' } : readEndpoint(url, { now });
}

function describe({ findings, checks, guards }: Diagnosis): readonly string[] {
  const lines = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const found = findings.filter((finding) => finding.level === level);
    return found.length === 0 ? [] : [HEADINGS[level], '', ...found.flatMap(describeFinding), ''];
  });
  const skipped = checks.filter(({ outcome }) => outcome === 'skipped');
  const count = (level: Level, word: string) => {
    const many = findings.filter((finding) => finding.level === level).length;
    return `${many === 0 ? 'no' : many} ${word}${many === 1 ? '' : 's'}`;
  };
  const asked = `${checks.length - skipped.length} checks`;
  return [
    ...lines,
    ...skipped.map(({ id, why = '' }) => `skipped ${id}: ${printable(why)}`),
    ...(skipped.length === 0 ? [] : ['']),
    // A wrong folder, or files that cannot be read, would look like a clean project.
    ...(guards === 0 ? ['no guard of Postern was found here: is this the project’s folder?', ''] : []),
    `${asked}: ${count('error', 'error')}, ${count('warning', 'warning')}, ${count('note', 'note')}.`,
  ];
}

function describeFinding({ id, where, what, remedy }: Finding): readonly string[] {
  return [`  ${printable(where, 300)}  ${id}`, `    ${printable(what, 300)}`, `    ${remedy}`];
}
