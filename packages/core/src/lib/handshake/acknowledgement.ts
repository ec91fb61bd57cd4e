import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import type { Acknowledgement, Answer, Failure } from '../types.ts';
import { type Asked, compileTemplate, writeJson } from './template.ts';

/** Checks what a provider takes for "received". @throws ConfigurationError by the name of the field */
export function compileAcknowledgement(value: Acknowledgement | undefined): Acknowledgement {
  if (value === undefined) return Object.freeze({ status: 200 });
  const option = 'provider.acknowledgement';
  refuseUnknownOptions(value, ['status', 'contentType', 'body', 'json'], option);
  if (!Number.isInteger(value.status) || value.status < 200 || value.status > 299)
    throw invalid(`${option}.status`, 'give a 2xx status.');
  return Object.freeze({ ...value, ...compileContent(value, option) });
}

/** Checks what a provider takes for "try again". @throws ConfigurationError by the name of the field */
export function compileFailure(value: Failure | undefined): Failure | undefined {
  if (value === undefined) return undefined;
  const option = 'provider.failure';
  refuseUnknownOptions(value, ['status', 'contentType', 'body', 'json'], option);
  // Senders give up on a 4xx, and take a 2xx for success, whatever its body says.
  const { status = 503 } = value;
  if (!Number.isInteger(status) || status < 500 || status > 599)
    throw invalid(`${option}.status`, 'give a 5xx status.');
  return Object.freeze({ ...value, status, ...compileContent(value, option) });
}

/** The provider's acknowledgement of a delivery. */
export function acknowledgementAnswer(acknowledgement: Acknowledgement, asked: Asked): Answer {
  const { contentType = typeOf(acknowledgement) } = acknowledgement;
  return {
    status: acknowledgement.status,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: bodyOf(acknowledgement, asked),
  };
}

/** The provider's words for "try again". They say no more than a status does: what failed stays here. */
export function failureAnswer(failure: Failure, asked: Asked, retryAfter: number): Answer {
  const { status = 503, contentType = typeOf(failure) } = failure;
  return {
    status,
    headers: {
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      'retry-after': String(retryAfter),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
    body: bodyOf(failure, asked),
  };
}

type Content = Pick<Acknowledgement, 'contentType' | 'body' | 'json'>;

function typeOf({ json }: Content): string | undefined {
  return json === undefined ? undefined : 'application/json';
}

function bodyOf({ body = '', json }: Content, asked: Asked): string {
  return json === undefined ? body : writeJson(json, asked);
}

function compileContent({ contentType, body, json }: Content, option: string): Content {
  if (body !== undefined && typeof body !== 'string') throw invalid(`${option}.body`, 'give text.');
  if (body !== undefined && json !== undefined) throw invalid(`${option}.json`, 'give this or body, not both.');
  // Node refuses to write such a header, and would do so when the event has been committed.
  if (contentType !== undefined && (typeof contentType !== 'string' || !/^[\x20-\x7e]+$/.test(contentType)))
    throw invalid(`${option}.contentType`, 'give visible ASCII text.');
  return json === undefined ? {} : { json: compileTemplate(json, `${option}.json`) };
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
