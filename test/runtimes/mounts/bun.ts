import { FETCH_DIFFERENCES } from '../differences.ts';
import { remoteMount } from '../remote-mount.ts';

const BINARY = '@oven/bun-linux-x64/bin/bun';

/** Bun: `Bun.serve` and the fetch door. */
export const mount = remoteMount({
  name: 'bun',
  version: async ({ binary }) => [binary(BINARY), '--version'],
  command: async ({ binary, folder }, home) => [binary(BINARY), `${folder}/guest/bun.ts`, home],
  differences: FETCH_DIFFERENCES,
});
