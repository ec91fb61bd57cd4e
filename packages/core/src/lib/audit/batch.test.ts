import { describe, expect, it } from 'vitest';
import { joinLines, wholeLines } from './batch.ts';

const line = (text: string) => new TextEncoder().encode(`${text}\n`);
const LINES = [line('one'), line('two'), line('three')];
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('lines that go out in one write', () => {
  it('are as many as it holds, whole, and one at the least', () => {
    expect(text(joinLines(LINES, 100, false).bytes)).toBe('one\ntwo\nthree\n');
    expect(text(joinLines(LINES, 8, false).bytes)).toBe('one\ntwo\n');
    expect(text(joinLines(LINES, 7, false).bytes)).toBe('one\n');
    expect(text(joinLines(LINES, 0, false).bytes)).toBe('one\n');
  });

  it('begin with a line end where the file ends within a line', () => {
    expect(text(joinLines(LINES, 0, true).bytes)).toBe('\none\n');
  });

  it('are counted as written only when they are whole, so that the rest is written again', () => {
    const batch = joinLines(LINES, 100, false);
    const after = (written: number) => wholeLines(batch, written);
    expect(after(0)).toEqual({ whole: 0, inside: false });
    expect(after(3)).toEqual({ whole: 0, inside: true });
    expect(after(4)).toEqual({ whole: 1, inside: false });
    expect(after(5)).toEqual({ whole: 1, inside: true });
    expect(after(14)).toEqual({ whole: 3, inside: false });
    const led = joinLines(LINES, 100, true);
    expect(wholeLines(led, 1)).toEqual({ whole: 0, inside: false });
    expect(wholeLines(led, 5)).toEqual({ whole: 1, inside: false });
  });
});
