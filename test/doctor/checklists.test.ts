// The pages that go through the providers' own checklists say of each line which check looks at it, or that a person must.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../packages/cli/src/doctor/check-ids.ts';
import { ROOT, workspaceFiles } from '../workspace.ts';

const pages = workspaceFiles().filter(({ path }) => /^examples\/[\w-]+\/checklist[\w-]*\.md$/.test(path));
const ids: readonly string[] = CHECK_IDS;

/** Lines of tables: those of a checklist, each by its cells. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^\| The page(?:'s checklist)?[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)/gm)].flatMap(
    ([, body = '']) =>
      body
        .trimEnd()
        .split('\n')
        .map((line) =>
          line
            .split(/(?<!\\)\|/)
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ),
  );
}

describe.each(pages.map(({ path, text }) => [path, text] as const))('%s', (_, text) => {
  const rows = rowsOf(text);

  it('has a word of doctor on each line', () => {
    expect(rows.length).toBeGreaterThan(10);
    const wrong = rows.filter((cells) => {
      const word = cells.at(-1) ?? '';
      // Only where nothing is left to the reader is there nothing to look at.
      if (word === 'nothing is left') return cells.at(-2) !== '';
      return word !== 'a person' && !/^`[a-z-]+`(?:, `[a-z-]+`)*$/.test(word);
    });
    expect(wrong).toEqual([]);
  });

  it('names checks that there are', () => {
    const named = rows.flatMap((cells) => [...(cells.at(-1) ?? '').matchAll(/`([a-z-]+)`/g)].map(([, id = '']) => id));
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
  });
});

it('leaves no check without a line that it answers, but those of the reading itself', () => {
  const all = pages.map(({ text }) => text).join('\n');
  expect(ids.filter((id) => !all.includes(`\`${id}\``))).toEqual(['file-unread']);
});

it('the command’s page explains every check, in order, and no other', () => {
  const page = readFileSync(`${ROOT}packages/cli/README.md`, 'utf8');
  const [, table = ''] = page.split('| check | level | what it finds |\n|---|---|---|\n');
  const named = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id);
  expect(named).toEqual(ids);
});
