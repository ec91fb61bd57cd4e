/** How a signature is written down. */
export type Encoding = 'hex' | 'base64';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SEXTETS: readonly number[] = sextetTable(BASE64);

/**
 * Decodes a signature strictly (RFC 4648): exactly `length` bytes, every character of the alphabet, nothing skipped, nothing left over.
 *
 * Lenient decoders stop at the first odd character, so that `<right digest>zz` passes, and two undecodable values are two equal
 * empty buffers. Here such a value is `undefined`. Hex may be written in either case: the bytes are the same,
 * and nothing (the identity of a delivery, say) is ever derived from the text.
 */
export function decodeExact(text: string, encoding: Encoding, length: number): Uint8Array | undefined {
  if (encoding === 'hex') return text.length === length * 2 ? decodeHex(text) : undefined;
  if (text.length !== Math.ceil(length / 3) * 4) return undefined;
  const bytes = decodeBase64(text);
  return bytes?.byteLength === length ? bytes : undefined;
}

/** Writes bytes down in the encoding, hex in lower case and base64 padded. */
export function encode(bytes: Uint8Array, encoding: Encoding): string {
  return encoding === 'hex' ? encodeHex(bytes) : encodeBase64(bytes);
}

/** Lower-case hex. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

/** Padded standard base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
    text += i + 1 < bytes.length ? BASE64.charAt((group >> 6) & 63) : '=';
    text += i + 2 < bytes.length ? BASE64.charAt(group & 63) : '=';
  }
  return text;
}

/** Canonical, padded base64 of any length; `undefined` for anything else, a non-canonical last character included. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const end = text.length - padding;
  let group = 0;
  let written = 0;
  for (let i = 0; i < text.length; i++) {
    const sextet = i < end ? (SEXTETS[text.charCodeAt(i)] ?? -1) : 0;
    if (sextet < 0) return undefined;
    group = (group << 6) | sextet;
    if (i % 4 !== 3) continue;
    // In the padded last group, bits that belong to no byte must be zero: otherwise one MAC has several spellings.
    if (i === text.length - 1 && padding > 0 && (group & (padding === 2 ? 0xffff : 0xff)) !== 0) return undefined;
    if (written < bytes.length) bytes[written++] = group >> 16;
    if (written < bytes.length) bytes[written++] = (group >> 8) & 0xff;
    if (written < bytes.length) bytes[written++] = group & 0xff;
    group = 0;
  }
  return bytes;
}

function decodeHex(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = nibble(text.charCodeAt(i * 2));
    const low = nibble(text.charCodeAt(i * 2 + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  return -1;
}

function sextetTable(alphabet: string): readonly number[] {
  const table = new Array<number>(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  return table;
}
