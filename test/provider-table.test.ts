// The table of providers in the README is made of their data. WRITE=1 writes it anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeProviders, type ProviderDescription } from '../packages/cli/src/describe-provider.ts';
import { providerCells } from '../packages/cli/src/provider-words.ts';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const FOLDER = fileURLToPath(new URL('vectors/', import.meta.url));
const MARKS = ['<!-- providers:start -->\n', '<!-- providers:end -->'] as const;

function row(provider: ProviderDescription): string {
  const [name, ...cells] = providerCells(provider);
  return `| \`${name}\` | ${cells.join(' | ')} | [page](${provider.docs}) |`;
}

it('the table of providers in the README is that of their data', () => {
  const table = [
    '| Registered name | Kind | Signed | Time | Event id | Proof | Vendor |',
    '|---|---|---|---|---|---|---|',
    ...describeProviders().map(row),
    '',
  ].join('\n');
  const page = readFileSync(README, 'utf8');
  const [before = '', rest = ''] = page.split(MARKS[0]);
  const [there = '', after = ''] = rest.split(MARKS[1]);
  if (process.env.WRITE === '1') writeFileSync(README, before + MARKS[0] + table + MARKS[1] + after);
  else expect(there, 'run it with WRITE=1').toBe(table);
  expect(readdirSync(FOLDER).length).toBe(describeProviders().length);
});
