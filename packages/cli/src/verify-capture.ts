import {
  type Capture,
  createVerifier,
  fromEnv,
  isConfigurationError,
  type Provider,
  parseCapture,
  type SecretSource,
  type Verdict,
  type VerifyOptions,
} from '@postern/core';
import { findProvider, providerNames, unknownProvider } from './known-providers.ts';
import { openFile } from './lines.ts';
import { Misuse } from './misuse.ts';
import { columns, printable } from './output.ts';
import { REMEDIES } from './remedies.ts';
import type { Streams } from './verify-cases.ts';

/** What `postern verify --capture` was asked for. */
interface CaptureRequest {
  /** The file, or `-` for standard input. */
  readonly file: string;
  readonly provider: string | undefined;
  /** Names of environment variables. */
  readonly secretEnv: readonly string[];
  /** The provider's settings, as JSON text. */
  readonly settings: string | undefined;
  /** `signed-time`, ISO 8601, or unix seconds. */
  readonly now: string | undefined;
  readonly json: boolean;
}

/** Judges one captured delivery and says why: 0 accepted, 1 refused. @throws Misuse or ConfigurationError with the remedy */
export async function verifyCapture(request: CaptureRequest, { out }: Streams): Promise<number> {
  const provider = makeProvider(request.provider, request.settings);
  const secrets = readSecrets(request.secretEnv);
  const now = readNow(request.now);
  const capture = await readCapture(request.file);
  const verdict = await createVerifier({ provider, secrets, now })(capture);
  for (const line of request.json ? [toJson(verdict, provider)] : describe(verdict, provider, capture))
    await out.line(line);
  return verdict.outcome === 'rejected' ? 1 : 0;
}

function makeProvider(name: string | undefined, settings: string | undefined): Provider {
  if (name === undefined)
    throw new Misuse(`--provider: say who sent the capture. Known: ${providerNames().join(', ')}.`);
  const make = findProvider(name);
  if (make === undefined) throw unknownProvider(name, '--provider: ');
  return make(settings === undefined ? {} : readSettings(settings));
}

function readSettings(text: string): Record<string, unknown> {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    settings = undefined;
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new Misuse(`--settings: give a JSON object, quoted for your shell: --settings '{"toleranceSeconds":600}'.`);
  return settings as Record<string, unknown>;
}

function readSecrets(names: readonly string[]): readonly SecretSource[] {
  if (names.length === 0)
    throw new Misuse('--secret-env: name the environment variable that holds the signing secret.');
  return names.map((name) => {
    // People paste the secret itself here. What does not look like a variable's name is not repeated on the screen.
    if (process.env[name] === undefined && !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name))
      throw new Misuse(
        '--secret-env: there is no environment variable of that name. Give the name of the variable (such as WEBHOOK_SECRET), not the secret itself.',
      );
    return fromEnv(name);
  });
}

function readNow(text: string | undefined): VerifyOptions['now'] {
  if (text === undefined || text === 'signed-time') return text;
  if (/^\d{1,11}$/.test(text)) return new Date(Number(text) * 1000);
  const iso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const date = new Date(iso ? text : Number.NaN);
  if (Number.isNaN(date.getTime()))
    throw new Misuse(
      '--now: give signed-time, unix seconds (1767225600), or ISO 8601 with its zone (2026-01-01T00:00:00Z).',
    );
  return date;
}

async function readCapture(file: string): Promise<Capture> {
  const chunks: Buffer[] = [];
  for await (const chunk of openFile(file)) chunks.push(chunk);
  try {
    return parseCapture(Buffer.concat(chunks));
  } catch (error) {
    if (isConfigurationError(error)) throw new Misuse(`${file === '-' ? 'standard input' : file}: ${error.message}`);
    throw error;
  }
}

function toJson(verdict: Verdict, provider: Provider): string {
  if (verdict.outcome === 'rejected') {
    const { reason, status } = verdict;
    return JSON.stringify({ outcome: 'reject', reason, status, remedy: REMEDIES[reason], provider: provider.name });
  }
  if (verdict.outcome === 'answered')
    return JSON.stringify({ outcome: 'accept', response: verdict.response, provider: provider.name });
  const { id, type, timestamp, secretId, covers } = verdict.delivery;
  return JSON.stringify({ outcome: 'accept', provider: provider.name, id, type, timestamp, secretId, covers });
}

function describe(verdict: Verdict, provider: Provider, capture: Capture): readonly string[] {
  if (verdict.outcome === 'rejected') {
    return [
      `refused: ${verdict.reason} (the sender is answered ${verdict.status})`,
      '',
      REMEDIES[verdict.reason],
      '',
      ...columnsLeft([
        ['provider', provider.name],
        ...provider.scheme.headers.map((name): [string, string] => [`header ${name}`, howOften(capture, name)]),
        ['body', `${capture.body.byteLength} bytes`],
        ...(provider.docs === undefined ? [] : [['see', provider.docs] as [string, string]]),
      ]),
    ];
  }
  if (verdict.outcome === 'answered') return [`accepted: a handshake, answered ${verdict.response.status}`];
  const { delivery } = verdict;
  const { fields, unsigned, ...covers } = delivery.covers;
  const covered = Object.entries(covers).map(([what, signed]) => `${what} ${signed ? 'yes' : 'no'}`);
  const signedAt = delivery.timestamp;
  return [
    'accepted: the signature is genuine',
    '',
    ...columnsLeft([
      ['provider', provider.name],
      ['secret', delivery.secretId],
      ['signed at', signedAt === undefined ? 'not signed' : `${isoTime(signedAt)} (${signedAt})`],
      ...(delivery.id === undefined ? [] : [['event id', printable(delivery.id)] as [string, string]]),
      ...(delivery.type === undefined ? [] : [['event type', printable(delivery.type)] as [string, string]]),
      ['signed', covered.join(', ')],
      ...(fields.length === 0 ? [] : [['signed fields', fields.join(', ')] as [string, string]]),
      ...(unsigned.length === 0 ? [] : [['not signed', unsigned.join(', ')] as [string, string]]),
      ['body', `${capture.body.byteLength} bytes`],
    ]),
  ];
}

function columnsLeft(rows: readonly (readonly [string, string])[]): readonly string[] {
  const labels = columns(rows.map(([label]) => [label]));
  const width = Math.max(...labels.map((label) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
}

function howOften({ headers }: Capture, name: string): string {
  const times = headers.filter(([line]) => line.toLowerCase() === name).length;
  return times === 0 ? 'not there' : times === 1 ? 'there' : `there ${times} times`;
}

/** Unix seconds as ISO 8601; a time that no calendar holds stays a number. */
function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}
