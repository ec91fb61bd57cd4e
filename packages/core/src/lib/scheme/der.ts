/** One element of DER: its tag, its contents, and all of its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly whole: Uint8Array;
}

/** Reads the elements that follow one another in these bytes; `undefined` for what is not strict DER (X.690). */
export function readDer(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    // A tag of several bytes, an indefinite length, and a length with more than three bytes are not in any key or signature.
    if (first === undefined || (tag & 0x1f) === 0x1f || first === 0x80 || first > 0x83) return undefined;
    let length = first;
    let start = at + 2;
    if (first > 0x80) {
      const count = first & 0x7f;
      length = 0;
      for (let i = 0; i < count; i++) length = (length << 8) | (bytes[start + i] ?? 0);
      // One length has one spelling, the shortest.
      if (length < 0x80 || length < 1 << (8 * (count - 1))) return undefined;
      start += count;
    }
    if (start + length > bytes.length) return undefined;
    elements.push({ tag, contents: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return elements;
}

/** Writes one element of DER. */
export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...contents.flatMap((one) => [...one])]);
}

/** A positive INTEGER in DER, without its leading zero; `undefined` for another spelling, a negative one and zero. */
export function derInteger({ tag, contents }: DerElement): Uint8Array | undefined {
  const [first = 0x80, second = 0] = contents;
  if (tag !== 0x02 || contents.length === 0 || first >= 0x80) return undefined;
  if (first !== 0) return contents;
  return contents.length === 1 || second < 0x80 ? undefined : contents.subarray(1);
}

/**
 * An ECDSA signature in DER as r and s side by side, each as wide as the curve; `undefined` for what is not exactly that.
 */
export function ecdsaFromDer(bytes: Uint8Array, width: number): Uint8Array | undefined {
  const [sequence, ...after] = readDer(bytes) ?? [];
  if (sequence?.tag !== 0x30 || after.length > 0) return undefined;
  const numbers = (readDer(sequence.contents) ?? []).map(derInteger);
  const [r, s] = numbers;
  if (numbers.length !== 2 || r === undefined || s === undefined || r.length > width || s.length > width)
    return undefined;
  const raw = new Uint8Array(2 * width);
  raw.set(r, width - r.length);
  raw.set(s, 2 * width - s.length);
  return raw;
}

/** The same signature as DER. */
export function ecdsaToDer(raw: Uint8Array): Uint8Array {
  const width = raw.length / 2;
  return writeDer(0x30, writeInteger(raw.subarray(0, width)), writeInteger(raw.subarray(width)));
}

/** Writes a positive number. */
export function writeInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start < 0 ? bytes.length - 1 : start);
  return writeDer(0x02, (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...digits) : digits);
}
