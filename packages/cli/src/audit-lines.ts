import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { openFile, readLines } from './lines.ts';
import { Misuse } from './misuse.ts';

/** What a line of an audit log says, as far as it is looked at. Texts and numbers are what they are said to be; nothing else is believed of the file. */
export interface AuditLine {
  readonly audit: 'verdict' | 'settled' | 'secret' | 'lost';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly instance?: string | undefined;
  readonly kind?: string | undefined;
  readonly outcome?: string | undefined;
  readonly reason?: string | undefined;
  readonly provider?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly tenant?: string | undefined;
  readonly secretId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly clientAddress?: string | undefined;
  readonly change?: string | undefined;
  readonly attempt?: number | undefined;
  readonly count?: number | undefined;
  readonly enforced?: boolean | undefined;
}

/** True where the handler ran: also for what would have been refused, and `observe` let through. */
export function wasLetIn({ outcome, enforced }: Pick<AuditLine, 'outcome' | 'enforced'>): boolean {
  return outcome === 'accepted' || enforced === false;
}

/** Of each line what it says, or `undefined` where it says nothing that can be read. */
export type AuditLines = AsyncGenerator<AuditLine | undefined>;

const TEXTS = [
  'instance',
  'kind',
  'outcome',
  'reason',
  'provider',
  'endpoint',
  'tenant',
  'secretId',
  'eventId',
  'eventType',
  'clientAddress',
  'change',
] as const;

/** The lines of an audit log, compressed by gzip or not; `-` is standard input. @throws Misuse for a file that cannot be opened */
export async function* readAuditLines(file: string): AuditLines {
  const source = openFile(file)[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done) return;
  const zipped = first.value[0] === 0x1f && first.value[1] === 0x8b;
  const chunks = resume(first.value, source);
  try {
    for await (const line of readLines(zipped ? unzip(chunks) : chunks)) {
      const text = line.toString('utf8').trim();
      if (text !== '') yield readLine(text);
    }
  } catch (error) {
    if (!zipped || error instanceof Misuse) throw error;
    // Cut off, or damaged: what came before it has been read.
    yield undefined;
  }
}

function readLine(text: string): AuditLine | undefined {
  const line = parse(text);
  if (line === undefined) return undefined;
  const { audit } = line;
  const at = typeof line.at === 'string' ? Date.parse(line.at) : Number.NaN;
  if (audit !== 'verdict' && audit !== 'settled' && audit !== 'secret' && audit !== 'lost') return undefined;
  if (Number.isNaN(at)) return undefined;
  const found: Record<string, unknown> = { audit, at };
  for (const name of TEXTS) if (typeof line[name] === 'string') found[name] = line[name];
  for (const name of ['attempt', 'count']) if (Number.isFinite(line[name])) found[name] = line[name];
  if (typeof line.enforced === 'boolean') found.enforced = line.enforced;
  return found as unknown as AuditLine;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function* resume(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* unzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const fed = feed(chunks, gunzip);
  for await (const chunk of gunzip as Readable) yield chunk as Buffer;
  await fed;
}

async function feed(chunks: AsyncIterable<Buffer>, into: NodeJS.WritableStream & Readable): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (into.destroyed) return;
      if (!into.write(chunk)) await new Promise<void>((resolve) => into.once('drain', resolve).once('close', resolve));
    }
    into.end();
  } catch (error) {
    into.destroy(error as Error);
  }
}
