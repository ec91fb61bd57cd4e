// `node test/bin/run.mjs matrix [--mount NAME]…`: plays the conformance list on every mount, or on those that are named, and prints a table.
import { parseArgs } from 'node:util';
import { adapterCases } from '@postern/testing';
import { type MountReport, runList } from './matrix/run-list.ts';
import { formatMatrix } from './matrix/table.ts';
import { mountNames } from './wire/mounts.ts';

const names = readArguments();
tellOthersWarnings();
if (names !== undefined) process.exitCode = await main(names);

async function main(names: readonly string[]): Promise<number> {
  const began = performance.now();
  const reports: MountReport[] = [];
  for (const name of names) reports.push(await runList(name));
  for (const line of formatMatrix(adapterCases, reports)) console.log(line);
  const failures = reports.flatMap((report) => report.failures);
  for (const failure of failures) console.log(`\n${failure}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`\n${adapterCases.length} cases on ${names.length} mounts, ${failures.length} failures, ${seconds} s.`);
  return failures.length > 0 ? 1 : 0;
}

function readArguments(): readonly string[] | undefined {
  const known = mountNames();
  try {
    const { values } = parseArgs({ options: { mount: { type: 'string', multiple: true, default: [...known] } } });
    const strangers = values.mount.filter((name) => !known.includes(name));
    if (strangers.length > 0) throw new Error(`there is no mount ${strangers.join(', ')}.`);
    return values.mount;
  } catch (error) {
    console.error(`matrix: ${error instanceof Error ? error.message : ''}`);
    console.error(`usage: run.mjs matrix [--mount NAME]…\nMounts: ${known.join(', ')}`);
    process.exitCode = 2;
    return undefined;
  }
}

/** The cases provoke this library's own warnings: they say nothing here. */
function tellOthersWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'PosternWarning') console.error(`${warning.name}: ${warning.message}`);
  });
}
