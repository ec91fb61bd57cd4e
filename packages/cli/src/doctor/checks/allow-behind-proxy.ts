import { proxySigns, warnUnder } from '../deployment.ts';
import type { Check, Found } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { textOf } from '../values.ts';

/** Where a guard sees a `Request`, which has no socket. */
const WITHOUT_SOCKET = ['@postern/next', '@postern/core/fetch'];

/** An address list that sees nobody but the proxy, or nobody at all. */
export const allowBehindProxy: Check = {
  id: 'allow-behind-proxy',
  answers: ['Pagamio: IP allowlist configured and restricted', 'LiasonPay: restrict webhooks to its addresses'],
  run(project) {
    const guards = project.guards.filter(
      ({ receives, open, values }) => receives && !open && !values.has('clientAddress'),
    );
    const withSocket = guards.filter(({ from }) => !WITHOUT_SOCKET.includes(from));
    const blind = guards.filter(
      (guard) => WITHOUT_SOCKET.includes(guard.from) && (guard.values.has('allow') || trustsProxies(guard)),
    );
    return [
      ...blind.map(
        ({ source, line }): Found => ({
          level: 'error',
          file: source.path,
          line,
          what: 'allow or trustProxy is set without clientAddress: the file throws when it is loaded',
          remedy:
            'A Request has no socket: give clientAddress, from what your host vouches for. On Vercel, without trustProxy: (request) => request.headers.get("x-real-ip") ?? undefined.',
        }),
      ),
      ...warnUnder(
        proxySigns(project),
        withSocket.filter((guard) => guard.values.has('allow') && !trustsProxies(guard)),
        project,
        {
          what: (seen) => `allow is set without trustProxy, and a proxy seems to stand in front (${seen})`,
          remedy:
            'Say which proxies are yours: trustProxy with their CIDR ranges. Else the list judges the proxy’s own address.',
        },
      ),
    ];
  },
};

/** `'none'` is what holds without the option. */
function trustsProxies({ source, values }: Guard): boolean {
  const given = values.get('trustProxy');
  return given !== undefined && textOf(source.program, given) !== 'none';
}
