import { describe, expect, it } from 'vitest';
import { mask, safeText } from './redact.ts';

describe('safeText', () => {
  it('escapes everything that could forge a log line or move a cursor', () => {
    expect(safeText('a\r\nb')).toBe('a\\u000d\\u000ab');
    expect(safeText('\u001b[2J')).toBe('\\u001b[2J');
    expect(safeText('\u009b2J')).toBe('\\u009b2J');
    expect(safeText('\0\t\u007f\u0085')).toBe('\\u0000\\u0009\\u007f\\u0085');
    expect(safeText('\u2028\u2029')).toBe('\\u2028\\u2029');
    expect(safeText('\u202egnp.exe\u2066')).toBe('\\u202egnp.exe\\u2066');
    expect(safeText('\ufeff\u200b')).toBe('\\ufeff\\u200b');
    expect(safeText('\ud800')).toBe('\\ud800');
  });

  it('leaves no control character of any text', () => {
    const every = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
    expect(safeText(every, every.length)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });

  it('bounds the text', () => {
    expect(safeText('a'.repeat(200))).toBe('a'.repeat(200));
    expect(safeText('a'.repeat(100_000))).toBe(`${'a'.repeat(200)}…`);
    expect(safeText('\n'.repeat(100_000), 10)).toBe(`${'\\u000a'.repeat(10)}…`);
  });

  it('does not leave half of a character where it cuts', () => {
    expect(safeText('😀😀', 3)).toBe('😀\\ud83d…');
  });

  it('leaves ordinary text of any script as it is', () => {
    expect(safeText('Zahlung 25,00 € — оплата')).toBe('Zahlung 25,00 € — оплата');
  });
});

describe('mask', () => {
  it.each([
    ['4242424242424242', '••••4242'],
    ['4242 4242 4242 4242', '••••4242'],
    ['+254 712 345-678', '••••-678'],
    ['0712345678', '••••5678'],
  ])('shows the last four of a number: %s', (value, shown) => {
    expect(mask(value)).toBe(shown);
  });

  it.each([
    '',
    '4821',
    '482193',
    '123456789',
    'correct horse battery staple',
    'Rex',
    'sk_live_0123456789abcdef',
    '+254712345678 x',
  ])('shows nothing of what may be a PIN, a password or an answer: %s', (value) => {
    expect(mask(value)).toBe('••••');
  });

  it('shows as much as it is told to, where enough stays hidden', () => {
    expect(mask('ACC-0012-9921', { last: 4 })).toBe('••••9921');
    expect(mask('4242424242424242', { last: 2 })).toBe('••••42');
    expect(mask('123456789', { last: 4 })).toBe('••••');
    expect(mask('4821', { last: 1 })).toBe('••••');
  });

  it('cuts between characters, and escapes what would move a cursor', () => {
    expect(mask('secret🔑🔑', { last: 2 })).toBe('••••🔑🔑');
    expect(mask('account\u001b[2J', { last: 4 })).toBe('••••\\u001b[2J');
  });

  it('refuses what is no text, and a number of characters that would show too much or is misspelt', () => {
    for (const wrong of [0, 5, 1.5, '4'])
      expect(() => mask('4242424242424242', { last: wrong as never })).toThrow(/mask.last/);
    expect(() => mask(4242424242424242 as never)).toThrow(/leading zeros/);
    expect(() => mask('4242', { lasts: 4 } as never)).toThrow(/last/);
  });
});
