// `postern doctor` as a child process: what it prints, where, and how it ends; and the examples of this repository, in which it finds nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../packages/cli/src/doctor/checks.ts';
import { CHECK_IDS } from '../../packages/cli/src/doctor/check-ids.ts';
import type { Diagnosis } from '../../packages/cli/src/doctor/finding.ts';
import { ROOT } from '../workspace.ts';
import { dangerousProject } from './dangerous.ts';
import { commitAll, doctor, hexOf, makeProject, told } from './rig.ts';

/** The command, bundled by `bin/command-setup.mjs`. */
const POSTERN = process.env.POSTERN_COMMAND ?? '';

async function postern(...args: readonly string[]) {
  const child = spawn(process.execPath, [POSTERN, 'doctor', ...args]);
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk) => chunks.stderr.push(chunk));
  const [code] = await once(child, 'close');
  return { code, stdout: Buffer.concat(chunks.stdout).toString(), stderr: Buffer.concat(chunks.stderr).toString() };
}

const examples = readdirSync(`${ROOT}examples`);

it.each(examples)('finds nothing in examples/%s', (example) => {
  const diagnosis = doctor(`${ROOT}examples/${example}`);
  expect(told(diagnosis)).toEqual([]);
  // One of them judges captures, in its tests alone.
  expect(diagnosis.guards > 0).toBe(example !== 'unit-test-a-capture');
});

it('asks every question of its list, in the list’s order, each with what it answers', () => {
  expect(CHECKS.map(({ id }) => id)).toEqual(CHECK_IDS);
  for (const { id, answers } of CHECKS) {
    if (id === 'file-unread') continue;
    expect(answers.length, id).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).toMatch(/^(?:FinConnect|Pagamio|LiasonPay|FinCode): \S/);
  }
});

describe('the command', () => {
  it('prints findings by level with their remedies, what was skipped, and counts; and ends with 1', async () => {
    const root = makeProject(dangerousProject());
    commitAll(root);
    const { code, stdout, stderr } = await postern(root, '--no-network');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(
      /^Errors: wrong as it stands\n\n {2}src\/hooks\.js:\d+ {2}secret-in-source\n {4}.*\n {4}Read it with fromEnv/,
    );
    expect(stdout).toMatch(/\nWarnings: wrong in all likelihood\n[\s\S]*\nNotes: worth a thought\n/);
    expect(stdout).toMatch(
      /\nskipped clock-off: --no-network\n[\s\S]*\n\d+ checks: \d+ errors, 2 warnings, \d+ notes\.\n$/,
    );
    expect(stdout).not.toContain(hexOf('assigned'));
  });

  it('prints one object with --json', async () => {
    const root = makeProject({ '.nvmrc': '18\n' });
    const { code, stdout } = await postern(root, '--no-network', '--json');
    const { findings, checks } = JSON.parse(stdout) as Diagnosis;
    expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 1, lines: 2 });
    expect(findings).toEqual([
      {
        id: 'node-unsupported',
        level: 'warning',
        where: '.nvmrc:1',
        file: '.nvmrc',
        line: 1,
        what: 'Node 18 gets no more fixes (since 2025-04-30)',
        remedy: expect.any(String),
        answers: expect.arrayContaining([expect.stringMatching(/^LiasonPay: /)]),
      },
    ]);
    expect(checks).toContainEqual({ id: 'node-unsupported', outcome: 'finding' });
    expect(checks).toContainEqual({ id: 'secret-in-source', outcome: 'ok' });
    expect(checks).toContainEqual({ id: 'clock-off', outcome: 'skipped', why: '--no-network' });
  });

  it('says that it found no guard: a wrong folder must not look like a clean project', async () => {
    const line = /no guard of Postern was found here/;
    expect(await postern(makeProject({}), '--no-network')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(line),
    });
    const { stdout } = await postern(makeProject({}), '--no-network', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ findings: [], guards: 0 });
    const root = makeProject(dangerousProject());
    expect((await postern(root, '--no-network')).stdout).not.toMatch(line);
    const { guards } = JSON.parse((await postern(root, '--no-network', '--json')).stdout) as Diagnosis;
    expect(guards).toBe(5);
  });

  it('ends with 0 for notes alone, and looks at the folder it is called in', async () => {
    const root = makeProject({
      'a.js': "import express from 'express';\nconst app = express();\napp.set('trust proxy', true);\n",
    });
    const { code, stdout } = await postern(root, '--no-network');
    expect(code).toBe(0);
    expect(stdout).toMatch(/: no errors, no warnings, 1 note\.\n$/);
  });

  it.each([
    ['a folder that is not there', ['nowhere-at-all', '--no-network'], 'there is no such folder'],
    [
      'an environment file that is not there',
      ['.', '--no-network', '--env', 'nowhere.env'],
      '--env: there is no such file',
    ],
    ['an address and no network', ['.', '--no-network', '--url', 'https://shop.example'], '--no-network forbids it'],
    [
      'an address that is none',
      ['.', '--url', 'shop', '--time-server', '127.0.0.1:1'],
      '--url: give the public address',
    ],
    ['an unknown option', ['.', '--fix'], 'unknown option'],
    ['two folders', ['.', '..'], 'too many arguments'],
  ])('ends with 2 for %s', async (_, args, words) => {
    const { code, stdout, stderr } = await postern(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });
});
