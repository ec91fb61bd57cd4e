// `pnpm bench [verify] [claims] [addresses] [--json]`: what one verification costs, beside others' (test/bench/verify.ts), what one claim
// costs in each store (test/bench/claims.ts), and what an allowlist of 10,000 ranges costs (test/bench/addresses.ts). All, unless one is named. They are bundled and run by plain Node, as an application would run them: a loader in the process would be measured too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const here = fileURLToPath(new URL('..', import.meta.url));
const BENCHES = ['verify', 'claims', 'addresses'];
const outDir = `${here}node_modules/.cache/bench`;

await build({
  config: false,
  silent: true,
  entry: BENCHES.map((name) => fileURLToPath(new URL(`../bench/${name}.ts`, import.meta.url))),
  tsconfig: `${here}tsconfig.json`,
  outDir,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // The workspace's own sources go in, and what they import; the others are loaded as installed.
  skipNodeModulesBundle: true,
  noExternal: [/^@postern\//],
  esbuildOptions(options) {
    options.conditions = ['@postern/source'];
  },
});

const nodeOptions = process.argv.slice(2).filter((option) => option.startsWith('--cpu-prof'));
const options = process.argv.slice(2).filter((option) => option.startsWith('--') && !nodeOptions.includes(option));
const named = BENCHES.filter((name) => process.argv.includes(name));
for (const name of named.length > 0 ? named : BENCHES) {
  const bench = spawn(process.execPath, ['--expose-gc', ...nodeOptions, `${outDir}/${name}.js`, ...options], {
    stdio: 'inherit',
  });
  const [code] = await once(bench, 'exit');
  if (code !== 0) process.exitCode = 1;
}
