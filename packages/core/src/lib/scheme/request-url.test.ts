import { describe, expect, it } from 'vitest';
import { checkPlainUrl, checkPublicUrl, pathOf, requestUrl } from './request-url.ts';

const URL = 'https://example.com/hooks';

describe('the URL that was called', () => {
  it.each([
    ['/hooks', URL],
    ['/elsewhere', URL],
    ['/hooks?a=1', `${URL}?a=1`],
    ['/hooks?a=1?b=2', `${URL}?a=1?b=2`],
    ['/hooks?a=1#b', `${URL}?a=1`],
    ['/hooks?', URL],
    ['https://attacker.example/hooks?a=1', `${URL}?a=1`],
    ['//attacker.example/?a=1', `${URL}?a=1`],
  ])('is the configured one with the query of %s', (target, url) => {
    expect(requestUrl(URL, target, {})).toBe(url);
  });

  it('takes its query from the request, never from the configuration', () => {
    expect(requestUrl(`${URL}?configured=1`, '/hooks?a=1', {})).toBe(`${URL}?a=1`);
    expect(requestUrl(`${URL}?configured=1`, '/hooks', {})).toBe(URL);
  });

  it.each([
    [URL, 'https://example.com:443/hooks'],
    ['http://example.com/hooks', 'http://example.com:80/hooks'],
    ['https://example.com:8443/hooks', 'https://example.com:8443/hooks'],
    ['https://[::1]/hooks', 'https://[::1]:443/hooks'],
    ['https://[::1]:8443/hooks', 'https://[::1]:8443/hooks'],
  ])('has the port of its scheme where that is signed: %s', (configured, url) => {
    expect(requestUrl(configured, '/', { port: 'added' })).toBe(url);
  });

  it('is rewritten in the ways that are pinned, and in no others', () => {
    expect(requestUrl(URL, "/?a='b'", { quotes: '%27' })).toBe(`${URL}?a=%27b%27`);
    expect(requestUrl(URL, "/?a='b'", {})).toBe(`${URL}?a='b'`);
    expect(requestUrl(URL, '/?a=%2Fb%3ac%20d%25', { decoded: true })).toBe(`${URL}?a=/b:c%20d%25`);
  });
});

it.each([
  ['https://example.com', '/'],
  ['https://example.com?a=1', '/'],
  ['https://example.com/a/b?c=/d', '/a/b'],
])('the path of %s is %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});

describe('a URL that is configured', () => {
  it.each([
    '',
    'example.com/hooks',
    '/hooks',
    'ftp://example.com',
    'https://',
    'https://?a',
    'https://a b',
    `${URL}#a`,
    5,
  ])('is refused as %j', (url) => {
    expect(() => checkPublicUrl(url, 'publicUrl')).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'publicUrl' }),
    );
  });

  it('is missed by name', () => {
    expect(() => checkPublicUrl(undefined, 'publicUrl')).toThrow(expect.objectContaining({ code: 'missing-option' }));
  });
});

describe('a public URL without TLS', () => {
  const said: string[] = [];
  const check = (url: string, environment?: string) => {
    said.length = 0;
    checkPlainUrl(url, { endpoint: 'test', environment, warn: (code) => said.push(code) });
    return said;
  };

  it('is refused where the receiver is live, and warned of where nobody says', () => {
    for (const url of [
      'http://shop.example/hook',
      'http://localhost.evil.example/',
      'http://127.0.0.1.evil.example/',
      'http://10.0.0.1/',
    ]) {
      expect(() => check(url, 'live'), url).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'publicUrl' }),
      );
      expect(check(url)).toEqual(['POSTERN_PLAIN_URL']);
      expect(check(url, 'sandbox')).toEqual([]);
    }
  });

  it('is fine on this machine', () => {
    for (const url of [
      'http://localhost:3000/hook',
      'http://127.0.0.1/hook',
      'http://[::1]:8080',
      'https://shop.example/hook',
    ])
      for (const environment of ['live', 'sandbox', undefined]) expect(check(url, environment), url).toEqual([]);
  });
});
