import type { Check } from '../finding.ts';

/** What no check has seen. */
export const fileUnread: Check = {
  id: 'file-unread',
  answers: [],
  run({ unread }) {
    return unread.map(({ path, why }) => ({
      level: 'note',
      file: path,
      what: `this was not looked at: ${why}`,
      remedy:
        'Look at it yourself, or let doctor read it: as somebody who may, in UTF-8, without errors of syntax, in its folder.',
    }));
  },
};
