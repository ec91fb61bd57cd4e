import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { migration } from './index.ts';

it('the README shows the migration as it is', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(/```sql\n([^`]*)```/.exec(readme)?.[1]).toBe(migration());
});
