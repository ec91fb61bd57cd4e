// The program that Node.js runs around the edge runtime: `node edge-host.ts URL BUNDLE PLACE`, where PLACE has the edge runtime installed. Each configuration gets a runtime of its own.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ConfigurationError } from '@postern/core';
import { createControl } from './control.ts';
import type { EdgeGuest } from './edge.ts';
import { serveControl, serveNode } from './node-server.ts';

const [, , url = '', bundle = '', place = ''] = process.argv;
const { createHandler, EdgeRuntime } = createRequire(place)('edge-runtime') as typeof import('edge-runtime');
const initialCode = readFileSync(bundle, 'utf8');

const control = createControl(async (configuration) => {
  const runtime = new EdgeRuntime({ initialCode });
  const { guest } = runtime.context as unknown as { guest: EdgeGuest };
  const configured = guest.configure(url, configuration);
  if ('fault' in configured) {
    const { code, option, message } = configured.fault;
    throw new ConfigurationError(code, option, message.slice(option.length + 2));
  }
  const { handler } = createHandler({ runtime });
  return { home: configured.home, ...(await serveNode((request, response) => void handler(request, response))) };
});
await serveControl(control);
