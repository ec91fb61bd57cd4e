import { proxySigns, warnUnder } from '../deployment.ts';
import type { Check } from '../finding.ts';

/** An address list that sees nobody but the proxy. */
export const allowBehindProxy: Check = {
  id: 'allow-behind-proxy',
  answers: ['Pagamio: IP allowlist configured and restricted', 'LiasonPay: restrict webhooks to its addresses'],
  run(project) {
    const guards = project.guards
      .filter(({ receives, open, values }) => receives && !open && values.has('allow'))
      .filter(({ values }) => !values.has('trustProxy') && !values.has('clientAddress'));
    return warnUnder(proxySigns(project), guards, project, {
      what: (seen) => `allow is set without trustProxy, and a proxy seems to stand in front (${seen})`,
      remedy:
        'Say which proxies are yours: trustProxy with their CIDR ranges. Else the list judges the proxy’s own address.',
    });
  },
};
