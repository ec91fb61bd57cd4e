/** A stream of lines that may be a pipe somebody closes. */
export interface Output {
  /** True once the reader has gone: nothing more need be said, or worked out. */
  readonly gone: boolean;
  /** Writes one line; resolves when there is room for more. */
  line(text: string): Promise<void>;
}

/** Writes to a standard stream. A reader that leaves early (`| head`) ends the writing quietly and leaves the exit status as it is. */
export function createOutput(stream: NodeJS.WriteStream): Output {
  let gone = false;
  let wake: (() => void) | undefined;
  stream.on('drain', () => wake?.());
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone = true;
    wake?.();
  });
  return {
    get gone() {
      return gone;
    },
    async line(text) {
      if (gone || stream.write(`${text}\n`)) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    },
  };
}

/** Makes text that came from a file safe for a terminal: bounded, and every control character escaped. */
export function printable(text: string, longest = 200): string {
  const bounded = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return bounded.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** Sets rows in columns: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Sets rows in columns, all of them to the left. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
