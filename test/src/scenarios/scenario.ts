import { type Capture, parseCapture, type Secrets } from '@postern/core';
import { Misuse } from '../../../packages/cli/src/misuse.ts';

/** What became of a step, as its caller and its handler saw it. */
export type Outcome = 'run' | 'duplicate' | 'reject' | 'retry-later' | 'crash';

const OUTCOMES: readonly unknown[] = ['run', 'duplicate', 'reject', 'retry-later', 'crash'] satisfies Outcome[];

/** What the handler does when it is reached. */
export type Plan =
  | { readonly does: 'ok' | 'throw' | 'crash' }
  /** Ends well after so many milliseconds. */
  | { readonly does: 'hang'; readonly ms: number };

/** One delivery of a scenario. */
export interface Step {
  /** The receiver's clock, unix seconds. */
  readonly at: number;
  readonly capture: Capture;
  readonly plan: Plan;
  /** Starts while the handlers of the steps before are running. */
  readonly concurrent: boolean;
  readonly restartBefore: boolean;
  /** The name of the process that it is sent to. */
  readonly process: string;
  readonly store: 'up' | 'down';
  /** Takes the place of the scenario's secrets from this step on. */
  readonly secrets: Secrets | undefined;
  /** The outcomes that are right; empty when the file names none. */
  readonly expected: readonly Outcome[];
}

/** Deliveries in their order, and what they assume. */
export interface Scenario {
  readonly id: string;
  /** The provider's registered name. */
  readonly provider: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Secrets;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

/** The process of a step that names none. */
const FIRST_PROCESS = 'A';

/**
 * Reads one line of a scenario file.
 *
 * @throws Misuse saying what is wrong with it, without quoting its secrets or bodies
 */
export function readScenario(line: Uint8Array): Scenario {
  const fields = object(parseJson(line), 'the line');
  if (!Array.isArray(fields.steps) || fields.steps.length === 0) throw new Misuse('steps: give a list of steps.');
  return {
    id: text(fields.id, 'id'),
    provider: text(fields.provider, 'provider'),
    settings: optionalObject(fields.settings, 'settings'),
    secrets: secretsOf(fields.secrets),
    config: optionalObject(fields.config, 'config'),
    steps: fields.steps.map((step, at) => readStep(step, `steps[${at}]`)),
  };
}

function readStep(value: unknown, where: string): Step {
  const fields = object(value, where);
  const { at, store = 'up' } = fields;
  if (typeof at !== 'number' || !Number.isFinite(at)) throw new Misuse(`${where}.at: give the clock in unix seconds.`);
  if (store !== 'up' && store !== 'down') throw new Misuse(`${where}.store: give "up" or "down".`);
  return {
    at,
    capture: readRequest(fields.request, where),
    plan: readPlan(fields.handler ?? 'ok', where),
    concurrent: flag(fields.concurrent, `${where}.concurrent`),
    restartBefore: flag(fields.restartBefore, `${where}.restartBefore`),
    process: text(fields.process ?? FIRST_PROCESS, `${where}.process`),
    store,
    secrets: fields.secrets === undefined ? undefined : secretsOf(fields.secrets),
    expected: readExpected(fields, where),
  };
}

function readRequest(request: unknown, where: string): Capture {
  const { headers } = object(request, `${where}.request`);
  let capture: Capture;
  try {
    capture = parseCapture(JSON.stringify({ request }));
  } catch {
    throw new Misuse(`${where}.request: this is not a request of the case format.`);
  }
  if (headers === undefined || capture.headers.some((pair) => /[^\0-\xff]/.test(pair.join(''))))
    throw new Misuse(`${where}.request.headers: give a list of latin1 text, one character a byte.`);
  return capture;
}

function readPlan(value: unknown, where: string): Plan {
  if (value === 'ok' || value === 'throw' || value === 'crash') return { does: value };
  const hang = typeof value === 'string' ? /^hang:(\d{1,7})$/.exec(value) : null;
  if (hang === null) throw new Misuse(`${where}.handler: give "ok", "throw", "hang:MILLISECONDS" or "crash".`);
  return { does: 'hang', ms: Number(hang[1]) };
}

function readExpected(fields: Record<string, unknown>, where: string): readonly Outcome[] {
  const { outcome, outcome_any: any = outcome === undefined ? [] : [outcome] } = fields;
  if (!Array.isArray(any) || !any.every((one) => OUTCOMES.includes(one)))
    throw new Misuse(`${where}: an outcome is one of ${OUTCOMES.join(', ')}.`);
  return any as Outcome[];
}

function secretsOf(value: unknown): Secrets {
  if (!Array.isArray(value)) throw new Misuse('secrets: give a list, each a text or { id, value }.');
  return value as Secrets;
}

function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    // The parser's own message quotes the line.
    throw new Misuse('this is not one line of JSON in UTF-8.');
  }
}

function flag(value: unknown, what: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw new Misuse(`${what}: give true or false.`);
  return value === true;
}

function optionalObject(value: unknown, what: string): Record<string, unknown> {
  return value === undefined || value === null ? {} : object(value, what);
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Misuse(`${what}: this is not a JSON object.`);
  return value as Record<string, unknown>;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw new Misuse(`${what}: give text.`);
  return value;
}
