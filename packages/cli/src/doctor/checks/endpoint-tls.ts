import type { Check } from '../finding.ts';

/** What the public address shows to the world. */
export const endpointTls: Check = {
  id: 'endpoint-tls',
  answers: [
    'FinConnect: the IPN URL is HTTPS and public',
    'Pagamio: HTTPS enforced, certificates valid, TLS 1.2 or higher',
    'LiasonPay: TLS 1.2 or higher',
  ],
  run: ({ endpoint }) => ('skipped' in endpoint ? { skipped: endpoint.skipped } : endpoint.found),
};
