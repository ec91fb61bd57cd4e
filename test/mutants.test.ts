// A mutant whose text is gone breaks nothing, and proves nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { ROOT } from './workspace.ts';

describe('the mutants', () => {
  it.each(MUTANTS)('“$name” finds its text exactly once', ({ file, find, replace }) => {
    expect(replace).not.toBe(find);
    expect(readFileSync(join(ROOT, file), 'utf8').split(find)).toHaveLength(2);
  });

  it('name tests that are there', () => {
    expect(MUTANTS.flatMap(({ tests }) => tests).filter((test) => !existsSync(join(ROOT, test)))).toEqual([]);
  });

  it('have a name each', () => {
    const names = MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
