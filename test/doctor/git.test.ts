// What `postern doctor` makes of a git that says less than all: it must not be taken for a clean history.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import type { Diagnosis } from '../../packages/cli/src/doctor/finding.ts';
import { commitAll, doctor, git, makeProject, pem, told } from './rig.ts';

afterEach(() => vi.unstubAllEnvs());

function historyOf({ checks }: Diagnosis) {
  return checks.find(({ id }) => id === 'secret-in-history');
}

it('does not call the history of a shallow clone clean', () => {
  const root = makeProject({ 'old.txt': pem('old'), '.gitignore': '.env\n' });
  commitAll(root);
  git(root, 'rm', '-q', 'old.txt');
  git(root, 'commit', '-qm', 'tidy up');
  const clones = makeProject({});
  git(clones, 'clone', '-q', '--depth', '1', pathToFileURL(root).href, 'shallow');
  git(clones, 'clone', '-q', pathToFileURL(root).href, 'whole');
  expect(historyOf(doctor(join(clones, 'shallow')))).toEqual({
    id: 'secret-in-history',
    outcome: 'skipped',
    why: 'a shallow clone has no history: fetch it all (fetch-depth: 0)',
  });
  expect(historyOf(doctor(join(clones, 'whole')))).toEqual({ id: 'secret-in-history', outcome: 'finding' });
});

it('tells a shallow clone’s own secret all the same', () => {
  const root = makeProject({ 'key.txt': pem('here'), '.gitignore': '.env\n' });
  commitAll(root);
  const clones = makeProject({});
  git(clones, 'clone', '-q', '--depth', '1', pathToFileURL(root).href, 'shallow');
  expect(told(doctor(join(clones, 'shallow')))).toEqual([
    expect.stringMatching(/^error secret-in-history key\.txt in [a-f0-9]+$/),
  ]);
});

it('says what git asks for where git refuses a folder of somebody else’s', () => {
  const root = makeProject({ 'a.js': '1' });
  commitAll(root);
  vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(root, 'none'));
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  expect(historyOf(doctor(root))?.why).toMatch(
    /^git refuses this folder: git config --global --add safe\.directory \S+postern-doctor-/,
  );
});

it('says what is wrong with a repository that git cannot read', () => {
  const root = makeProject({ 'a.js': '1' });
  commitAll(root);
  writeFileSync(join(root, '.git', 'config'), '[core\n');
  expect(historyOf(doctor(root))?.why).toMatch(/^git refuses this folder: fatal: bad config line 1/);
});
