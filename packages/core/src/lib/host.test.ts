import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWarn } from './host.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('createWarn', () => {
  it('says each code once a minute, so that a flood of refusals is not a flood of lines', () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    let now = 0;
    const warn = createWarn(() => now);
    for (now = 0; now < 60_000; now += 100) warn('POSTERN_REFUSALS', `at ${now}`);
    expect(emit).toHaveBeenCalledTimes(1);
    warn('POSTERN_STORE', 'another code');
    expect(emit).toHaveBeenCalledTimes(2);
    now = 60_000;
    warn('POSTERN_REFUSALS', 'again');
    expect(emit).toHaveBeenCalledTimes(3);
    expect(emit).toHaveBeenLastCalledWith('again', {
      type: 'PosternWarning',
      code: 'POSTERN_REFUSALS',
      detail: expect.stringMatching(/^https:\/\/.*#warnings$/),
    });
  });

  it('does not fall silent when the clock is set back', () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    let now = 1e12;
    const warn = createWarn(() => now);
    warn('POSTERN_STORE', 'a');
    now = 0;
    warn('POSTERN_STORE', 'b');
    expect(emit).toHaveBeenCalledTimes(2);
  });

  it('speaks through the console where the host has no warnings', () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    withoutWarnings(() => createWarn(() => 0)('POSTERN_STORE', 'the store is away'));
    expect(said).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^\[POSTERN_STORE\] PosternWarning: the store is away\nhttps:\/\/.*#warnings$/),
    );
  });

  it('keeps quiet where the host has neither', () => {
    vi.stubGlobal('console', undefined);
    withoutWarnings(() => createWarn(() => 0)('POSTERN_STORE', 'x'));
  });
});

function withoutWarnings(task: () => void): void {
  const { emitWarning } = process;
  try {
    Reflect.set(process, 'emitWarning', undefined);
    task();
  } finally {
    process.emitWarning = emitWarning;
  }
}
