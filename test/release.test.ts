// What a release is made of: a change that nobody can publish is found before the day of the release.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './workspace.ts';

const readJson = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

it('publishes all packages under one version, each by its name', () => {
  // A pattern would take in the workspace’s private packages, which have no version to compare.
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => readJson(`packages/${name}/package.json`));
  const { fixed } = readJson('.changeset/config.json') as { fixed: readonly (readonly string[])[] };
  expect(fixed.map((names) => [...names].sort())).toEqual([packages.map(({ name }) => name).sort()]);
  expect(new Set(packages.map(({ version }) => version)).size).toBe(1);
});
