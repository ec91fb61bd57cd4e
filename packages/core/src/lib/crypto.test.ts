import { createHash, createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { constantTimeEqual, hmac, importMacKey, randomId, randomToken, sha256 } from './crypto.ts';

const KEY = Buffer.from('test-key-for-unit-tests-only');

describe('hmac', () => {
  it('computes over the parts what one joined message gives, text as one byte a character', () => {
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const expected = createHmac('sha256', KEY)
      .update(Buffer.concat([Buffer.from('v0:17:\u00e9', 'latin1'), body, Buffer.from('!')]))
      .digest();
    expect(hmac('sha256', importMacKey(KEY), ['v0:17:\u00e9', body, '!'])).toEqual(expected);
  });
});

describe('sha256', () => {
  it('hashes the parts one after another', () => {
    expect(sha256(['ab', Uint8Array.of(0x63)])).toEqual(createHash('sha256').update('abc').digest());
  });
});

describe('constantTimeEqual', () => {
  it('tells a difference in any one bit', () => {
    const right = Buffer.alloc(32, 0x5a);
    for (let bit = 0; bit < 256; bit++) {
      const wrong = Buffer.from(right);
      wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(constantTimeEqual(right, wrong)).toBe(false);
    }
    expect(constantTimeEqual(right, Buffer.from(right))).toBe(true);
  });

  it('finds two lengths different without throwing', () => {
    expect(constantTimeEqual(Buffer.alloc(32), Buffer.alloc(31))).toBe(false);
    expect(constantTimeEqual(Buffer.alloc(32), Buffer.alloc(0))).toBe(false);
  });
});

describe('importMacKey', () => {
  it('makes a key that prints nothing of itself', () => {
    const key = importMacKey(KEY);
    expect(inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key)).not.toContain('test-key');
  });
});

describe('randomToken', () => {
  it('has 128 bits, and does not repeat', () => {
    const tokens = Array.from({ length: 3000 }, randomToken);
    expect(new Set(tokens).size).toBe(3000);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/);
    // Every character takes every value of its six bits, but the last, which has two.
    for (let at = 0; at < 21; at++) expect(new Set(tokens.map((token) => token[at])).size).toBe(64);
    expect(new Set(tokens.map((token) => token[21]))).toEqual(new Set('AQgw'));
  });
});

describe('randomId', () => {
  it('does not repeat', () => {
    expect(new Set(Array.from({ length: 1000 }, randomId)).size).toBe(1000);
  });
});
