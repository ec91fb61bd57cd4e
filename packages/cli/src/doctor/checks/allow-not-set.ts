import type { Check } from '../finding.ts';

/** Kinds that do not sign the body: whoever has seen one delivery could write others. */
const PROVES_LITTLE: readonly string[] = ['none', 'static-token', 'basic'];

/** Vendors that publish their addresses and sign no body, whose guards do not ask where it came from. A signature needs no address beside it. */
export const allowNotSet: Check = {
  id: 'allow-not-set',
  answers: ['Pagamio: IP allowlist configured', 'LiasonPay: restrict webhooks to its addresses'],
  run({ guards }) {
    return guards
      .filter(
        ({ receives, open, values, provider }) =>
          receives &&
          !open &&
          !values.has('allow') &&
          provider?.addresses !== undefined &&
          PROVES_LITTLE.includes(provider.scheme.kind),
      )
      .map(({ source, line, provider }) => ({
        level: 'note',
        file: source.path,
        line,
        what: `${provider?.name} signs no body and publishes the addresses it sends from, and allow is not set`,
        remedy: 'Give them as allow, beside the signature; behind a proxy, give trustProxy as well.',
      }));
  },
};
