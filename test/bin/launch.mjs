import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// The one launcher behind `pnpm wire` and the workspace scripts: it runs a TypeScript file of this workspace on the
// packages' sources, so nothing needs to be built first.
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** @param {string} file relative to the workspace's root @param {string[]} args */
export function launch(file, args) {
  // tsx is resolved from here: Node would look for a bare name from the caller's directory.
  run(['--import', import.meta.resolve('tsx'), '--conditions=@postern/source', `${root}${file}`, ...args]);
}

/** Runs Node in a child process, and ends as it ends. @param {string[]} args @param {() => void} tidyUp */
export function run(args, tidyUp = () => undefined) {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; kill sent to the launcher alone must be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    tidyUp();
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
