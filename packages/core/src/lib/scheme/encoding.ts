/**
 * How a signature is written down. `base64url` has no padding; `base64-of-hex` is the base64 of the lower-case hex text; `hex-number` is hex
 * whose leading zeros may be gone.
 */
export type Encoding = 'hex' | 'base64' | 'base64url' | 'base64-of-hex' | 'hex-number';

/** Every encoding there is. */
export const ENCODINGS: readonly Encoding[] = ['hex', 'base64', 'base64url', 'base64-of-hex', 'hex-number'];

/** RSA keys of 16,384 bits make signatures of 2,048 bytes; nothing real is longer. */
const MOST_BYTES = 2048;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;
const SEXTETS: readonly number[] = sextetTable(BASE64);

/**
 * Decodes a signature strictly (RFC 4648): exactly `length` bytes, every character of the alphabet, nothing skipped, nothing left over.
 *
 * Lenient decoders stop at the first odd character, so that `<right digest>zz` passes, and two undecodable values are two equal
 * empty buffers. Here such a value is `undefined`. Hex may be written in either case: the bytes are the same,
 * and nothing (the identity of a delivery, say) is ever derived from the text.
 */
export function decodeExact(text: string, encoding: Encoding, length: number): Uint8Array | undefined {
  if (text.length > 4 * length + 4) return undefined;
  const bytes = decode(encoding === 'hex-number' ? text.padStart(2 * length, '0') : text, encoding);
  return bytes?.byteLength === length ? bytes : undefined;
}

/** Decodes a signature whose length is its key's: as strictly, and 1 to 2,048 bytes. */
export function decodeBounded(text: string, encoding: Encoding): Uint8Array | undefined {
  if (text.length > 4 * MOST_BYTES) return undefined;
  const bytes = decode(text, encoding);
  return bytes === undefined || bytes.byteLength === 0 || bytes.byteLength > MOST_BYTES ? undefined : bytes;
}

function decode(text: string, encoding: Encoding): Uint8Array | undefined {
  if (encoding === 'hex' || encoding === 'hex-number') return decodeHex(text);
  if (encoding === 'base64') return decodeBase64(text);
  if (encoding === 'base64url') return decodeBase64Url(text);
  const hex = decodeBase64(text);
  const bytes = hex && decodeHex(String.fromCharCode(...hex));
  // Hex that lies in base64 has one spelling: what a person cannot read, nobody writes in the other case.
  return bytes !== undefined && encode(bytes, 'base64-of-hex') === text ? bytes : undefined;
}

/** Writes bytes down in the encoding, hex in lower case and base64 padded. */
export function encode(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'hex' || encoding === 'hex-number') return encodeHex(bytes);
  if (encoding === 'base64') return encodeBase64(bytes);
  if (encoding === 'base64url')
    return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return encodeBase64(new TextEncoder().encode(encodeHex(bytes)));
}

/** Lower-case hex. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

/** Padded standard base64. */
export function encodeBase64(bytes: Uint8Array): string {
  // In one piece: a text that is put together is a rope of its pieces, and a store may keep a million of these.
  const codes: number[] = [];
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    codes.push(BASE64.charCodeAt(group >> 18), BASE64.charCodeAt((group >> 12) & 63));
    codes.push(i + 1 < bytes.length ? BASE64.charCodeAt((group >> 6) & 63) : PAD);
    codes.push(i + 2 < bytes.length ? BASE64.charCodeAt(group & 63) : PAD);
    if (codes.length >= 4096) text += String.fromCharCode(...codes.splice(0));
  }
  return text + String.fromCharCode(...codes);
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

/** Unpadded base64url (RFC 4648 §5); the standard alphabet's own two characters and padding are refused. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  if (/[+/=]/.test(text)) return undefined;
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return decodeBase64(standard + '='.repeat((4 - (standard.length % 4)) % 4));
}

/** Hex in either case, two digits a byte. */
export function decodeHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
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
