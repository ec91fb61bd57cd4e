import { describe, expect, it } from 'vitest';
import { isMeant } from './key-id.ts';
import type { ImportedSecret } from './scheme.ts';

const named = (id: string): ImportedSecret => ({ key: undefined, bytes: 32, id });
const secrets = [named('k-1'), named('k-2'), named('secret-3')];
const meant = (keyId: string | undefined, all = secrets) => all.map((one) => isMeant(one, keyId, all));

describe('the key that a sender names', () => {
  it('is the secret of that name, and no other', () => {
    expect(meant('k-1')).toEqual([true, false, false]);
    expect(meant('secret-3')).toEqual([false, false, true]);
  });

  it('may be a secret that has no name of its own, where none has that name', () => {
    expect(meant('k-9')).toEqual([false, false, true]);
    expect(meant('K-1')).toEqual([false, false, true]);
  });

  it('does not make a named secret of another count', () => {
    expect(meant('k-9', [named('k-1'), named('k-2')])).toEqual([false, false]);
    expect(meant('', [named('k-1')])).toEqual([false]);
    expect(meant('secret-x', [named('secret-y')])).toEqual([false]);
  });

  it('may be any where the sender names none, or the secret was given without a name', () => {
    expect(meant(undefined)).toEqual([true, true, true]);
    expect(isMeant({ key: undefined, bytes: 32 }, 'k-9', secrets)).toBe(true);
  });
});
