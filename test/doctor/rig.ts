// Projects for `postern doctor`: real folders with real git, made when a test runs, so that no scanner finds a secret in this repository.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { diagnoseProject } from '../../packages/cli/src/doctor/diagnose-project.ts';
import type { Diagnosis } from '../../packages/cli/src/doctor/finding.ts';
import { readProject, type Surroundings } from '../../packages/cli/src/doctor/project.ts';

/** The day on which the projects are judged. */
export const TODAY = Date.parse('2026-12-01T12:00:00Z');

/** Paths and texts. */
export type Files = Readonly<Record<string, string>>;

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files. */
export function makeProject(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'postern-doctor-'));
  made.push(root);
  writeFiles(root, files);
  return root;
}

/** Writes files into a folder. */
export function writeFiles(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Runs git in a folder, as nobody in particular. */
export function git(root: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=A Tester', '-c', 'user.email=tester@example.test', '-c', 'commit.gpgsign=false'];
  const env = { ...process.env, GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined };
  return execFileSync('git', [...who, ...args], { cwd: root, encoding: 'utf8', env });
}

/** Makes a repository of a folder, with one commit of all that is not ignored. */
export function commitAll(root: string): void {
  git(root, 'init', '-q');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'all');
}

/** What doctor says of a folder, without the network. */
export function doctor(root: string, around: Partial<Surroundings> = {}): Diagnosis {
  const skipped = { skipped: 'not in this test' };
  return diagnoseProject(readProject(root, { envFiles: [], clock: skipped, endpoint: skipped, now: TODAY, ...around }));
}

/** `level id where`, a finding a line. */
export function told({ findings }: Diagnosis): readonly string[] {
  return findings.map(({ level, id, where }) => `${level} ${id} ${where}`);
}

/** What is found in a folder without git. */
export function findIn(files: Files): readonly string[] {
  return told(doctor(makeProject(files)));
}

/** A file with one guard of Express on its fourth line, and nothing to say of it. */
export const GUARD = `import { fromEnv } from '@postern/core';
import { github } from '@postern/core/providers';
import { webhook } from '@postern/express';
export const guard = webhook({ provider: github(), secrets: fromEnv('GITHUB_WEBHOOK_SECRET'), onVerdict: console.log }, () => {});
`;

/** The line on which a text first stands. */
export function lineOf(text: string, part: string): number {
  const at = text.indexOf(part);
  if (at === -1) throw new Error(`the file has no ${part}`);
  return text.slice(0, at).split('\n').length;
}

/** Hexadecimal that looks like a secret of somebody’s, the same for the same seed. */
export function hexOf(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}

/** Letters and digits that look like a key of somebody’s. */
export function wordOf(seed: string, length = 32): string {
  return createHash('sha512')
    .update(seed)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, length);
}

/** A signing secret as many vendors write it. */
export function whsec(seed: string): string {
  return ['whsec', wordOf(seed)].join('_');
}

/** A key as one vendor writes it. */
export function apiKey(kind: 'live' | 'test', seed: string): string {
  return ['sk', kind, wordOf(seed, 24)].join('_');
}

/** A private key, in its envelope. */
export function pem(seed: string): string {
  const heading = (word: string) => `-----${word} ${['PRIVATE', 'KEY'].join(' ')}-----`;
  return `${heading('BEGIN')}\n${wordOf(seed, 64)}\n${wordOf(`${seed}2`, 64)}\n${heading('END')}\n`;
}
