import { bundleCommand } from './bundle-command.mjs';

// Vitest calls these before and after all test files: the command is bundled once, and its file named in POSTERN_COMMAND.
// Done for each of its hundreds of starts, that was a third of the time.
let remove = () => undefined;

export async function setup() {
  const bundle = await bundleCommand();
  remove = bundle.remove;
  process.env.POSTERN_COMMAND = bundle.file;
}

export function teardown() {
  remove();
}
