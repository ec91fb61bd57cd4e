import type { Check } from '../finding.ts';
import { concerns } from '../places.ts';

/** Guards whose refusals nobody sees. */
export const verdictsUnseen: Check = {
  id: 'verdicts-unseen',
  answers: [
    'Pagamio: log requests, authentication attempts, errors, outcomes; monitor access attempts',
    'LiasonPay: log all webhook requests; alerts for suspicious activity',
    'FinConnect: errors are logged here',
  ],
  run({ guards, sources, manifests }) {
    const listeners = sources.filter(({ text }) => /postern:(?:verdict|settled)/.test(text));
    return (
      guards
        .filter(
          ({ receives, open, values }) => receives && !open && !values.has('onVerdict') && !values.has('auditLog'),
        )
        // Fastify's adapter tells the log of the request.
        .filter(({ from }) => from !== '@postern/fastify')
        .filter(({ source }) => !listeners.some(({ path }) => concerns(path, source.path, manifests)))
        .map(({ source, line }) => ({
          level: 'note',
          file: source.path,
          line,
          what: 'nobody is told of refusals but standard error, once a minute',
          remedy: 'Give onVerdict and onSettled, or listen to the channels postern:verdict and postern:settled.',
        }))
    );
  },
};
