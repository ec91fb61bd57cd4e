// `pnpm bench [--json]`: what one verification costs, beside others' (test/bench/verify.ts).
// It is bundled and run by plain Node, as an application would run it: a loader in the process would be measured too.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const here = fileURLToPath(new URL('..', import.meta.url));
const outDir = `${here}node_modules/.cache/bench`;

await build({
  config: false,
  silent: true,
  entry: [fileURLToPath(new URL('../bench/verify.ts', import.meta.url))],
  tsconfig: `${here}tsconfig.json`,
  outDir,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // The workspace's own sources go in, and what they import; the others are loaded as installed.
  noExternal: ['@postern/core', 'ipaddr.js'],
  esbuildOptions(options) {
    options.conditions = ['@postern/source'];
  },
});

const nodeOptions = process.argv.slice(2).filter((option) => option.startsWith('--cpu-prof'));
const options = process.argv.slice(2).filter((option) => !nodeOptions.includes(option));
spawn(process.execPath, ['--expose-gc', ...nodeOptions, `${outDir}/verify.js`, ...options], { stdio: 'inherit' }).on(
  'exit',
  (code) => process.exit(code ?? 1),
);
