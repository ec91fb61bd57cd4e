import type { Answer } from '@postern/core';
import { Misuse } from './misuse.ts';

/** What a case file says a handshake is answered with. What it does not name may be anything. */
export interface ExpectedResponse {
  /** One status, or several of which each is right. */
  readonly status?: number | readonly number[];
  /** Without its parameters. */
  readonly contentType?: string;
  readonly body?: string;
  /** What the body is as JSON, whatever the order of its members. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const KNOWN = ['status', 'contentType', 'body', 'json', 'headers'];

/**
 * Reads `expectResponse`. One that names nothing of an answer (what a handler would decrypt) expects nothing of it.
 *
 * @throws Misuse for what is no object
 */
export function readExpectedResponse(value: unknown): ExpectedResponse | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Misuse('expectResponse: give { status, contentType, body, json, headers }, or some of them.');
  return Object.keys(value).some((key) => KNOWN.includes(key)) ? value : undefined;
}

/** The parts of an answer that are not as expected, by name; `['answer']` where there is none. */
export function compareResponse(answer: Answer | undefined, expected: ExpectedResponse): readonly string[] {
  if (answer === undefined) return ['answer'];
  const { status = answer.status, contentType, body = answer.body, json, headers = {} } = expected;
  const wrong: string[] = [];
  if (![status].flat().includes(answer.status)) wrong.push('status');
  const [type = ''] = (answer.headers['content-type'] ?? '').split(';');
  if (contentType !== undefined && type !== contentType) wrong.push('contentType');
  if (body !== answer.body) wrong.push('body');
  if (json !== undefined && sorted(parse(answer.body)) !== sorted(json)) wrong.push('json');
  for (const [name, value] of Object.entries(headers))
    if (answer.headers[name.toLowerCase()] !== value) wrong.push(name);
  return wrong;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON whose members stand in the order of their names. */
function sorted(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
