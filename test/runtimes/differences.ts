import type { Difference } from '@postern/testing';

/** What every mount that gets its headers as the Fetch API's `Headers` has in common. */
export const FETCH_DIFFERENCES: Readonly<Record<string, Difference>> = {
  'signature-twice': {
    why: 'Headers joins repeated lines with a comma, and a joined signature is malformed',
    sees: { verdicts: ['malformed-signature'] },
  },
};
