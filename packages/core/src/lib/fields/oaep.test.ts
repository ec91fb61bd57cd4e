import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OaepAlgorithm } from '../crypto.ts';
import { type Hash, padOaep, unpadOaep } from './oaep.ts';

const WIDTH = 256;
const OAEP: OaepAlgorithm = { digest: 'sha256', mgf1: 'sha1' };
const SEED = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const MESSAGE = new TextEncoder().encode('4821');

const hash: Hash = (digest, parts) =>
  parts.reduce((hashing, part) => hashing.update(part), createHash(digest)).digest();

function mask(seed: Uint8Array, length: number): Uint8Array {
  const pieces = Array.from({ length: Math.ceil(length / 20) }, (_, i) =>
    hash('sha1', [seed, Uint8Array.of(0, 0, 0, i)]),
  );
  return Buffer.concat(pieces).subarray(0, length);
}

const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ (b[i] ?? 0));

/** A block around this data, whatever the data is. */
function blockOf(data: Uint8Array, first = 0): Uint8Array {
  const maskedData = xor(data, mask(SEED, data.length));
  return Uint8Array.of(first, ...xor(SEED, mask(maskedData, SEED.length)), ...maskedData);
}

function dataOf(message: Uint8Array, zeros = WIDTH - 66 - message.length): Uint8Array {
  return Uint8Array.of(...hash('sha256', []), ...new Uint8Array(zeros), 1, ...message);
}

describe('padOaep', () => {
  it('writes the block of RFC 8017 §7.1.1', () => {
    expect(padOaep(OAEP, hash, MESSAGE, SEED, WIDTH)).toEqual(blockOf(dataOf(MESSAGE)));
  });
});

describe('unpadOaep', () => {
  it.each([0, 1, 4, 189, 190])('reads a message of %i bytes', (length) => {
    const message = Uint8Array.from({ length }, (_, i) => i % 3);
    expect(unpadOaep(OAEP, hash, padOaep(OAEP, hash, message, SEED, WIDTH))).toEqual(message);
  });

  const data = dataOf(MESSAGE);
  const with_ = (at: number, byte: number) => data.map((old, i) => (i === at ? byte : old));
  it.each([
    ['a first byte that is not zero', blockOf(data, 1)],
    ['a first byte of 0x80', blockOf(data, 0x80)],
    ['another label', blockOf(with_(0, 0))],
    ['another label at its last byte', blockOf(with_(31, 0))],
    ['a byte other than 0 and 1 before the message', blockOf(with_(40, 2))],
    ['a byte other than 0 and 1 at the first place', blockOf(with_(32, 0xff))],
    ['a byte other than 0 and 1 in place of the 1', blockOf(with_(data.length - 5, 3))],
    ['no 1 at all', blockOf(data.map((byte, i) => (i < 32 ? byte : 0)))],
    [
      'no 1, and a last byte that is none',
      blockOf(data.map((byte, i) => (i < 32 ? byte : i === data.length - 1 ? 9 : 0))),
    ],
    ['the mask of the other digest', padOaep({ digest: 'sha256', mgf1: 'sha256' }, hash, MESSAGE, SEED, WIDTH)],
  ])('refuses %s', (_, block) => {
    expect(block).toHaveLength(WIDTH);
    expect(unpadOaep(OAEP, hash, block)).toBeUndefined();
  });
});
