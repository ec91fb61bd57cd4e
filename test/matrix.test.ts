import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type AdapterCase, adapterCases } from '@postern/testing';
import { describe, expect, it } from 'vitest';
import { runList } from './src/matrix/run-list.ts';
import { formatMatrix } from './src/matrix/table.ts';

const RUN = fileURLToPath(new URL('bin/run.mjs', import.meta.url));

it('prints cases in rows, mounts in columns, and each reason for a difference once', () => {
  const cases = [
    ['one', 'first'],
    ['two', 'first'],
    ['three', 'second'],
  ].map(([id, theme]) => ({ id, theme }) as AdapterCase);
  const difference = (why: string) => ({ why, sees: { answers: [400] } });
  const lines = formatMatrix(cases, [
    { mount: { name: 'plain' }, outcomes: { one: 'ok', two: 'FAILED', three: 'ok' } },
    {
      mount: { name: 'odd', differences: { one: difference('It is so.'), three: difference('It is so.') } },
      outcomes: { one: 'differs', two: 'ok', three: 'differs' },
    },
    { mount: { name: 'odder', differences: { two: difference('Why not.') } }, outcomes: { two: 'differs' } },
  ]);
  expect(lines).toEqual([
    '         plain   odd          odder',
    'first',
    '  one    ok      differs [1]',
    '  two    FAILED  ok           differs [2]',
    'second',
    '  three  ok      differs [1]',
    '',
    '[1] It is so.',
    '[2] Why not.',
  ]);
});

it('fails every case of a mount that cannot be loaded', async () => {
  const { outcomes, failures } = await runList('no-such-mount');
  expect(Object.values(outcomes)).toEqual(adapterCases.map(() => 'FAILED'));
  expect(failures).toEqual([expect.stringContaining('no-such-mount')]);
});

describe('the command', () => {
  it('plays every case on the mounts it is told, and exits with 0 when none failed', async () => {
    const { code, stdout } = await matrix('--mount', 'express5');
    for (const { id } of adapterCases) expect(stdout).toMatch(new RegExp(`^  ${id} +ok$`, 'm'));
    expect(stdout).toContain(`${adapterCases.length} cases on 1 mounts, 0 failures`);
    expect(code).toBe(0);
  });

  it('says what failed on which mount, and exits with 1', async () => {
    const plant = `import { ServerResponse } from 'node:http';
      const { setHeader } = ServerResponse.prototype;
      ServerResponse.prototype.setHeader = function (name, value) {
        return name.toLowerCase() === 'x-own' ? this : setHeader.call(this, name, value);
      };`;
    const env = { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(plant)}` };
    const { code, stdout } = await matrixWith(env, '--mount', 'express5');
    expect(stdout).toMatch(/^ {2}genuine +ok$/m);
    expect(stdout).toMatch(/^ {2}genuine-own-answer +FAILED$/m);
    expect(stdout).toMatch(/^express5 genuine-own-answer: /m);
    expect(stdout).toContain(`${adapterCases.length} cases on 1 mounts, 1 failures`);
    expect(code).toBe(1);
  });

  it('exits with 2 for a mount that there is not', async () => {
    expect(await matrix('--mount', 'listen')).toMatchObject({ code: 2, stdout: '' });
  });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

function matrix(...args: string[]): Promise<Ended> {
  return matrixWith(process.env, ...args);
}

function matrixWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [RUN, 'matrix', ...args], { env }, (_error, stdout) =>
      resolve({ code: child.exitCode, stdout }),
    );
  });
}
