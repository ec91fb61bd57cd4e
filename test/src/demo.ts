import { findLeaks } from './demo/leaks.ts';
import { exitStatus, renderTable, renderTally } from './demo/report.ts';
import { findDifferences } from './demo/row.ts';
import { playScenario } from './demo/scenario.ts';

// `pnpm demo [--json]`: the example server on loopback, a provider, an attacker, and what each of them and the operator saw.
const unknown = process.argv.slice(2).filter((argument) => argument !== '--json' && argument !== '--');
if (unknown.length > 0) {
  console.error(`Unknown argument ${unknown[0]}. Usage: pnpm demo [--json]`);
  process.exit(2);
}
// A plain end of this process, so that the servers are taken along.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const { rows, heard, confidential } = await playScenario();
const leaks = findLeaks(heard, confidential);
const leakLine =
  leaks.length === 0
    ? `Logs and answers, ${heard.length} characters: no secret, signature or body among them.`
    : `Logs or answers held ${leaks.join(', ')}.`;

if (process.argv.includes('--json')) {
  for (const row of rows) console.log(JSON.stringify({ ...row, ok: findDifferences(row).length === 0 }));
  if (leaks.length > 0) console.error(leakLine);
} else {
  console.log(renderTable(rows, process.stdout.isTTY === true && !process.env.NO_COLOR));
  console.log(`\n${leakLine}`);
  console.log(renderTally(rows));
}
process.exitCode = exitStatus(rows, leaks);
