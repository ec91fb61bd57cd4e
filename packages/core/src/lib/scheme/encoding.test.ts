import { describe, expect, it } from 'vitest';
import { decodeBase64, decodeExact, encode, encodeBase64, encodeHex } from './encoding.ts';

const BYTES = Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + 11) & 0xff);
const HEX = Buffer.from(BYTES).toString('hex');
const BASE64 = Buffer.from(BYTES).toString('base64');
/** Every byte as a character, and some beyond: look-alikes of digits and letters in other scripts. */
const CHARACTERS = [
  ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
  'а',
  '０',
  '٣',
  '\u212a',
  '\ud800',
  '\u2028',
];

function replaced(text: string, at: number, character: string): string {
  return text.slice(0, at) + character + text.slice(at + 1);
}

describe('hex', () => {
  it('refuses every character that is not a hex digit, at every place', () => {
    for (const character of CHARACTERS) {
      for (const at of [0, 1, 31, 62, 63]) {
        const decoded = decodeExact(replaced(HEX, at, character), 'hex', 32);
        if (/^[0-9a-fA-F]$/.test(character)) expect(decoded).toHaveLength(32);
        else expect(decoded, `character ${character.charCodeAt(0)} at ${at}`).toBeUndefined();
      }
    }
  });

  it.each([
    ['nothing', ''],
    ['one digit short', HEX.slice(1)],
    ['one byte short', HEX.slice(2)],
    ['a prefix of the right digest', HEX.slice(0, 16)],
    ['junk after the right digest', `${HEX}zz`],
    ['one byte more', `${HEX}00`],
    ['a space before', ` ${HEX}`],
    ['a line end after', `${HEX}\n`],
    ['a prefix', `0x${HEX.slice(2)}`],
    ['only z, which lenient decoders read as an empty value', 'z'.repeat(64)],
    ['colons between bytes', HEX.match(/../g)?.join(':') ?? ''],
  ])('refuses %s', (_, text) => {
    expect(decodeExact(text, 'hex', 32)).toBeUndefined();
  });

  it('accepts either case, since the bytes are the same', () => {
    const mixed = HEX.replace(/[a-f]/, (letter) => letter.toUpperCase());
    for (const text of [HEX, HEX.toUpperCase(), mixed]) expect(decodeExact(text, 'hex', 32)).toEqual(BYTES);
  });
});

describe('a hex number', () => {
  const small = `00a${'7'.repeat(61)}`;

  it('may have lost its leading zeros, and nothing else', () => {
    for (const text of [small, small.slice(1), small.slice(2)])
      expect(encode(decodeExact(text, 'hex-number', 32) ?? new Uint8Array(), 'hex-number')).toBe(small);
    expect(decodeExact(small.slice(2), 'hex', 32)).toBeUndefined();
    for (const text of [`0${small}`, `-${small.slice(1)}`, ` ${small.slice(1)}`, `${small.slice(2)}z`])
      expect(decodeExact(text, 'hex-number', 32)).toBeUndefined();
  });
});

describe('hex in base64', () => {
  const inBase64 = (hex: string) => Buffer.from(hex).toString('base64');

  it('is of lower-case digits, and has one spelling', () => {
    expect(decodeExact(inBase64(HEX), 'base64-of-hex', 32)).toEqual(BYTES);
    const mixed = HEX.replace(/[a-f]/, (letter) => letter.toUpperCase());
    for (const hex of [HEX.toUpperCase(), mixed, `${HEX}00`, HEX.slice(2), replaced(HEX, 7, 'g'), BASE64, ''])
      expect(decodeExact(inBase64(hex), 'base64-of-hex', 32), hex).toBeUndefined();
    expect(decodeExact(HEX, 'base64-of-hex', 32)).toBeUndefined();
  });
});

describe('base64', () => {
  it('refuses every character outside the alphabet, at every place', () => {
    for (const character of CHARACTERS) {
      for (const at of [0, 1, 20, 41]) {
        const decoded = decodeExact(replaced(BASE64, at, character), 'base64', 32);
        if (/^[A-Za-z0-9+/]$/.test(character)) expect(decoded).toHaveLength(32);
        else expect(decoded, `character ${character.charCodeAt(0)} at ${at}`).toBeUndefined();
      }
    }
  });

  it('accepts one spelling only: of the last characters, those whose spare bits are zero', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    // 32 bytes end in three characters and one padding sign: the last of them carries two spare bits.
    const accepted = [...alphabet].filter(
      (character) => decodeExact(replaced(BASE64, 42, character), 'base64', 32) !== undefined,
    );
    expect(accepted.join('')).toBe('AEIMQUYcgkosw048');
    // 20 bytes (SHA-1) end the same way; 64 bytes (SHA-512) end in two characters, with four spare bits.
    const long = Buffer.alloc(64, 7).toString('base64');
    expect(
      [...alphabet].filter((character) => decodeExact(replaced(long, 85, character), 'base64', 64) !== undefined),
    ).toEqual(['A', 'Q', 'g', 'w']);
  });

  it.each([
    ['nothing', ''],
    ['no padding', BASE64.slice(0, -1)],
    ['too much padding', `${BASE64.slice(0, -2)}==`],
    ['padding in the middle', replaced(BASE64, 20, '=')],
    ['data after the padding', `${BASE64}AAAA`],
    ['only padding', '='.repeat(44)],
    ['the URL alphabet', `${'_-'.repeat(21)}A=`],
    ['a space inside', `${BASE64.slice(0, 10)} ${BASE64.slice(11)}`],
    ['a line end after', `${BASE64}\n`],
    ['a right length of characters with a wrong number of bytes', Buffer.alloc(33).toString('base64')],
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['hex of the same digest', HEX],
  ])('refuses %s', (_, text) => {
    expect(decodeExact(text, 'base64', 32)).toBeUndefined();
  });

  it('reads what Node writes, for all lengths of a key', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length) & 0xff);
      expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }
  });

  it.each(['=', '==', '===', '====', 'A', 'AA', 'AAA', 'A===', 'AA=A', '=AAA', 'AB==', 'AAB='])(
    'refuses %j as a key',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined();
    },
  );
});

describe('encode', () => {
  it('writes hex in lower case with leading zeros, and padded base64', () => {
    expect(encodeHex(Uint8Array.of(0, 1, 0x0f, 0xf0, 0xff))).toBe('00010ff0ff');
    expect(encode(BYTES, 'hex')).toBe(HEX);
    expect(encode(BYTES, 'base64')).toBe(BASE64);
  });
});
