import { describe, expect, it } from 'vitest';
import { compileSignedContent } from './signed-content.ts';

const text = (value: string) => new TextEncoder().encode(value);

/** The signed bytes, joined: what a MAC sees. */
function join(parts: readonly (Uint8Array | string)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}

describe('compileSignedContent', () => {
  it.each([
    ['a name of the template', text('{timestamp}.{id}.{body}')],
    ['replacement patterns', text("$' $& $` $1 $$ $<body>")],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)],
    ['NUL', Uint8Array.of(0x61, 0x00, 0x62)],
    ['invalid UTF-8', Uint8Array.of(0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80)],
    ['U+FFFD itself', text('\ufffd')],
    ['line ends of both kinds', text('a\r\nb\nc\r')],
    ['separators', text('..,,::..')],
    ['nothing', new Uint8Array()],
  ])('takes a body with %s for bytes and nothing else', (_, body) => {
    const content = compileSignedContent('v0:{timestamp}:{id}.{body}!');
    const expected = Buffer.concat([Buffer.from('v0:17:msg.'), body, Buffer.from('!')]);
    expect(join(content.parts({ timestamp: '17', id: 'msg', body }))).toEqual(expected);
  });

  it('passes the very body on: it is never copied, decoded or joined', () => {
    const body = text('{"a":1}');
    const parts = compileSignedContent('{timestamp}.{body}').parts({ timestamp: '17', body });
    expect(parts).toHaveLength(2);
    expect(parts[1]).toBe(body);
  });

  it('does not read names in a timestamp or an id', () => {
    const content = compileSignedContent('{id}.{timestamp}.{body}');
    expect(join(content.parts({ id: '{body}', timestamp: '{id}', body: text('b') }))).toEqual(
      Buffer.from('{body}.{id}.b'),
    );
  });

  it('says what is signed', () => {
    const nothing = { body: false, timestamp: false, id: false, secret: false, fields: [] };
    expect(compileSignedContent('{body}').has).toEqual({ ...nothing, body: true });
    expect(compileSignedContent('{id}.{timestamp}').has).toEqual({ ...nothing, timestamp: true, id: true });
    const chosen = { amount: { json: 'data.amount' }, method: { form: 'how' } } as const;
    expect(compileSignedContent('{amount}|{method}|{secret}', chosen).has).toEqual({
      ...nothing,
      secret: true,
      fields: ['data.amount', 'how'],
    });
  });

  it('keeps from an id the character by which the id ends, and only that one', () => {
    const content = compileSignedContent('{id}.{timestamp}:{body}');
    expect(content.separates('.')).toBe(true);
    expect(content.separates(':')).toBe(false);
    expect(content.separates('a')).toBe(false);
  });

  it('keeps from an id after the body what stands before it: the body may hold anything, so the border is found from the right', () => {
    expect(compileSignedContent('{timestamp}.{body}.{id}').separates('.')).toBe(true);
    expect(compileSignedContent('{body}:-{id}').separates('-')).toBe(true);
    expect(compileSignedContent('{body}:-{id}').separates(':')).toBe(false);
  });

  it.each(['1{timestamp}.{body}', '{timestamp}2.{body}'])(
    'refuses %s: a digit beside the time moves its border',
    (template) => {
      expect(() => compileSignedContent(template)).toThrow(expect.objectContaining({ code: 'invalid-provider' }));
    },
  );

  it('keeps nothing from an id that stands alone', () => {
    expect(compileSignedContent('{id}').separates('.')).toBe(false);
    expect(compileSignedContent('{timestamp}.{body}').separates('.')).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['only text', 'body'],
    ['an unknown name', '{uri}.{body}'],
    ['a misspelt name', '{Body}'],
    ['an empty name', '{}.{body}'],
    ['two bodies', '{body}.{body}'],
    ['two times', '{timestamp}.{timestamp}.{body}'],
    ['two ids', '{id}.{id}'],
    ['nothing but the secret', '{secret}{url}'],
    ['a tab', '{timestamp}\t{body}'],
    ['text that is not ASCII', '{timestamp}…{body}'],
  ])('refuses a template with %s', (_, template) => {
    expect(() => compileSignedContent(template)).toThrow(
      expect.objectContaining({ code: 'invalid-provider', option: 'content' }),
    );
  });

  it('takes two values side by side only where their border is plain: a time of one width, an id of words', () => {
    expect(compileSignedContent('{timestamp}{body}')).toMatchObject({ exactTime: true });
    expect(compileSignedContent('{timestamp}.{body}')).toMatchObject({ exactTime: false });
    expect(compileSignedContent('{id}{timestamp}{body}').words).toEqual(new Set(['id']));
    expect(compileSignedContent('{id}.{timestamp}').words).toEqual(new Set());
    const two = { first: { json: 'a' }, second: { json: 'b' } } as const;
    expect(() => compileSignedContent('{first}{second}', two)).toThrow('put text between two values');
    expect(() => compileSignedContent('{first}{body}', two)).toThrow('put text between two values');
    expect(compileSignedContent('{first}{text}{second}', { ...two, text: { text: 'k' } }).words).toEqual(new Set());
  });

  it('sees a value in which the text that ends it is found too early', () => {
    const content = compileSignedContent('{amount}x_to{to}', { amount: { json: 'amount' }, to: { json: 'to' } });
    expect(content.confuses('amount', '25.00')).toBe(false);
    expect(content.confuses('amount', '25x_to')).toBe(true);
    expect(content.confuses('amount', '25x_tox')).toBe(true);
    expect(content.confuses('to', 'x_to')).toBe(false);
  });

  it('refuses a template that is not text', () => {
    for (const template of [undefined, null, 7, ['{body}']]) {
      expect(() => compileSignedContent(template as unknown as string)).toThrow(
        expect.objectContaining({ code: 'invalid-provider' }),
      );
    }
  });
});
