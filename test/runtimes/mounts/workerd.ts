import { writeFile } from 'node:fs/promises';
import { FETCH_DIFFERENCES } from '../differences.ts';
import { remoteMount } from '../remote-mount.ts';
import { workerdConfiguration } from '../workerd-configuration.ts';

const BINARY = '@cloudflare/workerd-linux-64/bin/workerd';

/** workerd, the runtime of Cloudflare Workers, without Node compatibility: the fetch door and the crypto of the web. */
export const mount = remoteMount({
  name: 'workerd',
  version: async ({ binary }) => [binary(BINARY), '--version'],
  async command({ binary, folder, bundle }, home) {
    const worker = await bundle('worker.ts', { conditions: ['workerd', 'browser'], format: 'esm' });
    const file = `${folder}/worker.capnp`;
    await writeFile(file, workerdConfiguration(worker, home));
    return [binary(BINARY), 'serve', file, '--control-fd=3'];
  },
  differences: {
    ...FETCH_DIFFERENCES,
    'length-and-chunked': {
      why: 'workerd reads such a body by its Transfer-Encoding, as RFC 9112 (6.3) allows, and it is what was signed',
      sees: { runs: [1], acknowledged: true },
    },
  },
});
