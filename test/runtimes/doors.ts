import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../src/pack.ts';
import type { Project } from './project.ts';

/** Prints the exported names of a door, sorted. */
const LIST =
  'console.log(Object.keys(door).filter((name) => !["default", "module.exports"].includes(name)).sort().join())';

/**
 * Imports and requires every door of the installed packages with one version of Node.js: both ways give the same names. Resolves to how many were tried.
 *
 * @throws Error with the output, where one cannot be had or its names differ
 */
export async function tryDoors({ folder, binary }: Project, node: string): Promise<number> {
  const doors = [...(await doorsOf(folder, '@postern/core')), ...(await doorsOf(folder, '@postern/express'))];
  const command = binary(`${node}/bin/node`);
  for (const door of doors) {
    const imported = `import * as door from '${door}'; ${LIST}`;
    const required = `const door = require('${door}'); ${LIST}`;
    const [one, other] = await Promise.all([
      mustRun(command, ['--input-type=module', '--eval', imported], { cwd: folder }),
      mustRun(command, ['--input-type=commonjs', '--eval', required], { cwd: folder }),
    ]);
    if (one !== other || one.trim() === '') throw new Error(`${door}: import gives ${one}require gives ${other}`);
  }
  return 2 * doors.length;
}

async function doorsOf(folder: string, name: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  const { exports } = JSON.parse(text) as { exports: Record<string, unknown> };
  return Object.keys(exports)
    .filter((door) => !door.endsWith('.json'))
    .map((door) => join(name, door.replace('*', 'liasonpay')));
}
