import type { Check } from '../finding.ts';

/** Guards of vendors that sign nothing, with nothing in the signature’s place. */
export const unprovenProvider: Check = {
  id: 'unproven-provider',
  answers: ['FinConnect: the guard proves the callback', 'LiasonPay: always verify signatures'],
  run({ guards }) {
    return guards
      .filter(({ receives, open, provider }) => receives && !open && provider?.scheme.kind === 'none')
      .filter(({ values }) => !values.has('confirm') && !values.has('allow'))
      .map(({ source, line, provider }) => ({
        level: 'error',
        file: source.path,
        line,
        what: `${provider?.name} proves nothing, and the guard neither asks it back nor looks at addresses`,
        remedy: 'Give confirm (and expected, environment), which asks the provider; or allow with its addresses.',
      }));
  },
};
