import { remoteMount } from '../remote-mount.ts';

const BINARY = 'node24/bin/node';

/** Node.js 24: Express 5. */
export const mount = remoteMount({
  name: 'node24-express5',
  version: async ({ binary }) => [binary(BINARY), '--version'],
  command: async ({ binary, folder }, home) => [binary(BINARY), `${folder}/guest/express5.ts`, home],
});
