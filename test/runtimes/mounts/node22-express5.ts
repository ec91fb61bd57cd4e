import { remoteMount } from '../remote-mount.ts';

const BINARY = 'node22/bin/node';

/** Node.js 22: Express 5. */
export const mount = remoteMount({
  name: 'node22-express5',
  version: async ({ binary }) => [binary(BINARY), '--version'],
  command: async ({ binary, folder }, home) => [binary(BINARY), `${folder}/guest/express5.ts`, home],
});
