import { describe, expect, it } from 'vitest';
import { readHead } from './header-reader.ts';
import { compilePlace, readBody, readBodyPlace, readHeadPlace } from './place.ts';
import { compileSignedContent, type Value } from './signed-content.ts';

const head = (url: string, headers: readonly (readonly [string, string])[] = []) =>
  readHead({ method: 'POST', url, headers });
const inBody = (place: Parameters<typeof readBodyPlace>[0], text: string) =>
  readBodyPlace(place, readBody(new TextEncoder().encode(text)));

describe('a place in the head', () => {
  it.each([
    ['/?token=a&token=b', 'malformed'],
    ['/?token=a&%74oken=b', 'malformed'],
    ['/?token=%zz', 'malformed'],
    ['/?other=%zz&token=a', 'malformed'],
    ['/', 'absent'],
    ['/?Token=a', 'absent'],
    ['/?token', { text: '' }],
    ['/?token=a%2Bb+c', { text: 'a+b c' }],
    ['/?token=a#token=b', { text: 'a' }],
  ])('is read from the query in one way or in none: %s', (url, found) => {
    expect(readHeadPlace({ query: 'token' }, head(url))).toEqual(found);
  });

  it('is absent where a header is blank', () => {
    expect(readHeadPlace({ header: 'x-token' }, head('/', [['X-Token', '  ']]))).toBe('absent');
    expect(readHeadPlace({ header: 'x-token' }, head('/', [['X-Token', ' a ']]))).toEqual({ text: 'a' });
  });
});

describe('a place in the body', () => {
  it.each([
    ['{"a":{"b":"x"},"a":{"b":"y"}}', 'malformed'],
    ['{"a":{"b":"x","__proto__":{}}}', 'malformed'],
    ['{"a":{"b":"x"}} ', { text: 'x' }],
    ['{"a":{"b":"x"}}}', 'malformed'],
    ['', 'malformed'],
    ['{"a":{"b":null}}', 'absent'],
    ['{"a":"b"}', 'absent'],
    ['{"a.b":"x"}', 'absent'],
    ['{"a":{"b":{}}}', 'malformed'],
    ['{"a":{"b":["x"]}}', 'malformed'],
    ['{"a":{"b":1.50}}', { text: '1.50' }],
    ['{"a":{"b":false}}', { text: 'false' }],
    ['{"a":{"b":"\u00e9"}}', { text: '\u00c3\u00a9' }],
  ])('is read from JSON in one way or in none: %s', (text, found) => {
    expect(inBody({ json: 'a.b' }, text)).toEqual(found);
  });

  it('knows an index of a list as a key, and no other spelling of it', () => {
    expect(inBody({ json: 'a.1' }, '{"a":["x","y"]}')).toEqual({ text: 'y' });
    for (const key of ['01', '-1', '1.0', 'length', '2', '10000'])
      expect(inBody({ json: `a.${key}` }, '{"a":["x","y"]}')).toBe('absent');
  });

  it.each([
    ['token=a&token=b', 'malformed'],
    ['token=a&x=%', 'malformed'],
    ['x=token', 'absent'],
    ['token=a+b%00', { text: 'a b\0' }],
  ])('is read from a form in one way or in none: %s', (text, found) => {
    expect(inBody({ form: 'token' }, text)).toEqual(found);
  });
});

describe('a member of the JSON in a form field', () => {
  const data = (text: string) => `data=${encodeURIComponent(text)}`;

  it.each([
    [data('{"token":"a"}'), { text: 'a' }],
    [data('{"token":"\u00e9"}'), { text: '\u00c3\u00a9' }],
    [data('{"token":"a","token":"b"}'), 'malformed'],
    [data('{"token":"a","__proto__":{}}'), 'malformed'],
    [data('{"token":"a"'), 'malformed'],
    [data('{"token":"a"}{}'), 'malformed'],
    [data('{"token":["a"]}'), 'malformed'],
    [data('{"held":{"token":"a"}}'), 'absent'],
    [`${data('{"token":"a"}')}&${data('{"token":"b"}')}`, 'malformed'],
    ['data=', 'malformed'],
    ['{"token":"a"}', 'absent'],
    ['token=a', 'absent'],
  ])('is read in one way or in none: %s', (text, found) => {
    expect(inBody({ form: 'data', member: 'token' }, text)).toEqual(found);
  });

  it('does not make the whole field a signed one', () => {
    const content = (place: Value) => compileSignedContent('{x}|{y}', { x: place, y: { json: 'y' } }).has.fields;
    expect(content({ form: 'data' })).toEqual(['data', 'y']);
    expect(content({ form: 'data', member: 'id' })).toEqual(['y']);
  });

  it.each([
    { form: 'data', member: '' },
    { form: 'data', member: 'a..b' },
    { form: 'data', member: '{}' },
    { json: 'data', member: 'token' },
    { query: 'data', member: 'token' },
  ])('is refused at start-up as %o', (place) => {
    expect(() => compilePlace(place as never, 'token')).toThrow(
      expect.objectContaining({ code: 'invalid-provider', option: 'token.member' }),
    );
  });
});

describe('what is no place', () => {
  it.each([[null], [{}], [{ header: '' }], [{ header: 'x y' }], [{ json: 'a b' }], [{ form: '' }], [{ path: 'a' }]])(
    'is refused at start-up: %o',
    (place) => {
      expect(() => compilePlace(place as never, 'token')).toThrow(
        expect.objectContaining({ code: 'invalid-provider' }),
      );
    },
  );
});
