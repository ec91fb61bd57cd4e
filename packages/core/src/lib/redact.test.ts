import { describe, expect, it } from 'vitest';
import { safeText } from './redact.ts';

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
