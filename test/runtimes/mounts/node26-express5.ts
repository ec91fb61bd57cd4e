import { remoteMount } from '../remote-mount.ts';

const BINARY = 'node26/bin/node';

/** Node.js 26: Express 5. */
export const mount = remoteMount({
  name: 'node26-express5',
  version: async ({ binary }) => [binary(BINARY), '--version'],
  command: async ({ binary, folder }, home) => [binary(BINARY), `${folder}/guest/express5.ts`, home],
});
