import { type Answer, type Capture, isConfigurationError, parseCapture, type Secrets } from '@postern/core';
import { compareResponse, type ExpectedResponse, readExpectedResponse } from './compare-response.ts';
import { Misuse } from './misuse.ts';

/** What a case file says the right outcome is. */
export interface Expectation {
  readonly outcome: 'accept' | 'reject';
  /** The reasons that are right for a refusal; empty when the file names none. */
  readonly reasons: readonly string[];
  /** True where either outcome is defensible. */
  readonly lenient: boolean;
}

/** One line of a case file: a captured delivery, and what it is to be judged by. */
export interface Case {
  readonly id: string;
  /** The provider's registered name; it may be one this version does not know. */
  readonly provider: string;
  readonly secrets: Secrets;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The receiver's clock, unix seconds; `null` sets it to the signed time. */
  readonly now: number | null;
  readonly capture: Capture;
  readonly expect: Expectation | undefined;
  /** What it is answered with, where it is a handshake. */
  readonly expectResponse: ExpectedResponse | undefined;
}

/**
 * Reads one line of a case file.
 *
 * @throws Misuse saying what is wrong with it, without quoting it
 */
export function readCase(line: Uint8Array): Case {
  const fields = object(parseJson(line), 'the line');
  const { now } = fields;
  if (now !== null && (typeof now !== 'number' || !Number.isSafeInteger(now)))
    throw new Misuse('now: give the clock in whole unix seconds, or null for the signed time.');
  if (!Array.isArray(fields.secrets)) throw new Misuse('secrets: give a list, each a text or { id, value }.');
  object(fields.request, 'request');
  return {
    id: text(fields.id, 'id'),
    provider: text(fields.provider, 'provider'),
    secrets: fields.secrets as Secrets,
    settings: fields.settings === undefined || fields.settings === null ? {} : object(fields.settings, 'settings'),
    now,
    capture: readRequest(line),
    expect: readExpectation(fields),
    expectResponse: readExpectedResponse(fields.expectResponse),
  };
}

/** True for a line that holds nothing: such lines are passed over. */
export function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** How a judged case compares with what its file expects. */
export type Comparison =
  | 'as-expected'
  | 'either'
  | 'wrong-outcome'
  | 'wrong-reason'
  | 'wrong-response'
  | 'unstated'
  | 'unknown-provider';

/** Compares an outcome with the file's expectation; a lenient case is right either way. */
export function compareWithExpectation(
  { expect, expectResponse }: Pick<Case, 'expect'> & Partial<Pick<Case, 'expectResponse'>>,
  outcome: string,
  reason: string | undefined,
  response?: Answer,
): Comparison {
  if (outcome === 'unknown-provider') return 'unknown-provider';
  if (expect === undefined) return 'unstated';
  if (expect.lenient) return 'either';
  if (outcome !== expect.outcome) return 'wrong-outcome';
  if (outcome === 'accept' && expectResponse !== undefined)
    return compareResponse(response, expectResponse).length === 0 ? 'as-expected' : 'wrong-response';
  if (outcome === 'accept' || expect.reasons.length === 0) return 'as-expected';
  return reason !== undefined && expect.reasons.includes(reason) ? 'as-expected' : 'wrong-reason';
}

function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    // The parser's own message quotes the line.
    throw new Misuse('this is not one line of JSON in UTF-8.');
  }
}

function readRequest(line: Uint8Array): Capture {
  let capture: Capture;
  try {
    capture = parseCapture(line);
  } catch (error) {
    if (isConfigurationError(error)) throw new Misuse(`request: ${error.message}`);
    throw error;
  }
  // A character a byte: on the wire there is nothing else.
  for (const line of capture.headers)
    if (/[^\0-\xff]/.test(line.join('')))
      throw new Misuse('request.headers: a value is not latin1 text, one character a byte.');
  return capture;
}

function readExpectation(fields: Record<string, unknown>): Expectation | undefined {
  const { expect, class: main, classes_ok: others = [], lenient_ok: lenient = false } = fields;
  if (expect === undefined || expect === null) return undefined;
  if (expect !== 'accept' && expect !== 'reject') throw new Misuse('expect: give "accept" or "reject".');
  if (!Array.isArray(others)) throw new Misuse('classes_ok: give a list of reasons.');
  const reasons = [...(main === undefined || main === null ? [] : [main]), ...others];
  return {
    outcome: expect,
    reasons: reasons.map((reason) => text(reason, 'class')),
    lenient: lenient === true,
  };
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
