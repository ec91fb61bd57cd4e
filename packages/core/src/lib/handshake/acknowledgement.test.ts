import { describe, expect, it } from 'vitest';
import { github } from '../../providers/github.ts';
import { readPayload } from '../payload.ts';
import { defineProvider, type ProviderData } from '../scheme/define-provider.ts';
import { readHead } from '../scheme/header-reader.ts';
import { acknowledgementAnswer, failureAnswer } from './acknowledgement.ts';
import type { Asked } from './template.ts';

function asked(body = '', url = '/', headers: readonly (readonly [string, string])[] = []): Asked {
  return {
    headers: readHead({ method: 'POST', url, headers }),
    payload: readPayload(new TextEncoder().encode(body)),
  };
}

function define(data: Partial<ProviderData>) {
  return defineProvider({ name: 'acme', scheme: github().scheme, ...data });
}

/** What a sender wants that is told its own reference again. */
const ECHO = {
  status: 200,
  json: { reference: [{ query: 'Ref' }, { json: 'Ref' }, { form: 'Ref' }], kind: { header: 'X-Kind' }, status: 200 },
} as const;

describe('acknowledgementAnswer', () => {
  it('writes what the provider takes for received', () => {
    expect(acknowledgementAnswer({ status: 200 }, asked())).toEqual({ status: 200, headers: {}, body: '' });
    expect(acknowledgementAnswer({ status: 202, contentType: 'text/plain', body: '[accepted]' }, asked())).toEqual({
      status: 202,
      headers: { 'content-type': 'text/plain' },
      body: '[accepted]',
    });
  });

  it('repeats a field of the query, of the JSON or of the form, wherever it stands', () => {
    const { acknowledgement } = define({ acknowledgement: ECHO });
    const json = (one: Asked) => acknowledgementAnswer(acknowledgement, one);
    expect(json(asked('', '/ipn?Ref=A-1', [['x-kind', 'k']]))).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"reference":"A-1","kind":"k","status":200}',
    });
    expect(json(asked('{"Ref":"A-2"}')).body).toBe('{"reference":"A-2","status":200}');
    expect(json(asked('Ref=A-3&b=c')).body).toBe('{"reference":"A-3","status":200}');
    expect(json(asked('{"Ref":15}')).body).toBe('{"reference":"15","status":200}');
  });

  it('escapes what it repeats, so that nobody adds a member to the answer', () => {
    const { acknowledgement } = define({ acknowledgement: ECHO });
    for (const nasty of ['","status":500,"x":"', '\r\nx-injected: 1', '\u2028</script>', '\u0000', 'é€😀']) {
      const { body } = acknowledgementAnswer(acknowledgement, asked('', `/?Ref=${encodeURIComponent(nasty)}`));
      expect(JSON.parse(body)).toEqual({ reference: nasty, status: 200 });
      expect(body).not.toMatch(/[\r\n\0]/);
    }
  });

  it('leaves out what is not there once, is no text, is no UTF-8 or is too long', () => {
    const { acknowledgement } = define({ acknowledgement: ECHO });
    const long = 'x'.repeat(513);
    for (const one of [
      asked('', '/?Ref=a&Ref=b'),
      asked('{"Ref":{"a":1}}'),
      asked('{"Ref":null}'),
      asked('', '/?Ref=%ff'),
      asked('', `/?Ref=${long}`),
      asked('', '/', [
        ['x-kind', 'a'],
        ['x-kind', 'b'],
      ]),
      asked('{"__proto__":{"Ref":"x"}}'),
      asked(''),
    ])
      expect(acknowledgementAnswer(acknowledgement, one).body).toBe('{"status":200}');
  });
});

describe('failureAnswer', () => {
  it('says it in the provider’s words, with a time to come back', () => {
    const { failure } = define({ failure: { status: 500, json: { reference: { query: 'Ref' }, status: 500 } } });
    if (failure === undefined) throw new Error('there is no failing form');
    expect(failureAnswer(failure, asked('', '/?Ref=A-1'), 7)).toMatchObject({
      status: 500,
      headers: { 'content-type': 'application/json', 'retry-after': '7', 'x-content-type-options': 'nosniff' },
      body: '{"reference":"A-1","status":500}',
    });
    const plain = define({ failure: { body: 'failure' } }).failure;
    expect(plain).toMatchObject({ status: 503 });
  });
});

describe('a provider’s answers', () => {
  it.each([
    [{ failure: { status: 200 } }, 'provider.failure.status'],
    [{ failure: { status: 404 } }, 'provider.failure.status'],
    [{ failure: { body: 1 } }, 'provider.failure.body'],
    [{ failure: { body: 'x', json: {} } }, 'provider.failure.json'],
    [{ failure: { contentType: 'a\r\nb: c' } }, 'provider.failure.contentType'],
    [{ acknowledgement: { status: 200, json: [] } }, 'provider.acknowledgement.json'],
    [{ acknowledgement: { status: 200, json: { a: undefined } } }, 'provider.acknowledgement.json.a'],
    [{ acknowledgement: { status: 200, json: { a: Number.NaN } } }, 'provider.acknowledgement.json.a'],
    [{ acknowledgement: { status: 200, json: { a: [] } } }, 'provider.acknowledgement.json.a'],
    [{ acknowledgement: { status: 200, json: { a: { query: '' } } } }, 'provider.acknowledgement.json.a'],
    [{ acknowledgement: { status: 200, json: { a: [{ json: 'a..b' }] } } }, 'provider.acknowledgement.json.a[0]'],
  ])('are refused where they could not work: %j', (data, option) => {
    expect(() => define(data as never)).toThrow(expect.objectContaining({ code: 'invalid-provider', option }));
  });
});
