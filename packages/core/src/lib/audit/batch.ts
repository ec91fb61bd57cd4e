/** Lines that go out in one write. */
export interface Batch {
  readonly bytes: Uint8Array;
  readonly lines: readonly Uint8Array[];
  /** A line end that comes first, and ends what an earlier write left of its last line. */
  readonly lead: 0 | 1;
}

/** Joins the first lines, as many as `longest` bytes hold; one at the least. `torn`: the file ends within a line. */
export function joinLines(waiting: readonly Uint8Array[], longest: number, torn: boolean): Batch {
  const lead = torn ? 1 : 0;
  let length: number = lead;
  const lines: Uint8Array[] = [];
  for (const line of waiting) {
    if (lines.length > 0 && length + line.byteLength > longest) break;
    lines.push(line);
    length += line.byteLength;
  }
  const bytes = new Uint8Array(length);
  if (torn) bytes[0] = 0x0a;
  let at: number = lead;
  for (const line of lines) {
    bytes.set(line, at);
    at += line.byteLength;
  }
  return { bytes, lines, lead };
}

/** How many lines of a batch so many written bytes hold whole, and whether the last byte stands inside a line. */
export function wholeLines(
  { lines, lead }: Batch,
  written: number,
): { readonly whole: number; readonly inside: boolean } {
  let end: number = lead;
  let whole = 0;
  for (const line of lines) {
    if (end + line.byteLength > written) break;
    end += line.byteLength;
    whole++;
  }
  return { whole, inside: written > end };
}
