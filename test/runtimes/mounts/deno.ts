import { FETCH_DIFFERENCES } from '../differences.ts';
import { remoteMount } from '../remote-mount.ts';

const BINARY = '@deno/linux-x64-glibc/deno';

/** Deno: `Deno.serve` and the fetch door. */
export const mount = remoteMount({
  name: 'deno',
  version: async ({ binary }) => [binary(BINARY), '--version'],
  command: async ({ binary, folder }, home) => [
    ...[binary(BINARY), 'run', '--no-lock', '--node-modules-dir=manual', '--allow-net=127.0.0.1'],
    ...[`${folder}/guest/deno.ts`, home],
  ],
  differences: {
    ...FETCH_DIFFERENCES,
    'upload-refused': {
      why: 'Deno reads what nobody has read of an upload for as long as it comes, and keeps the connection',
      sees: { closed: false },
    },
  },
});
