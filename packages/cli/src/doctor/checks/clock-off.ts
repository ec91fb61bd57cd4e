import type { Check } from '../finding.ts';

/** More than this makes genuine deliveries stale, or stale ones genuine. */
const MOST_MS = 2_000;

/** A clock that is wrong. */
export const clockOff: Check = {
  id: 'clock-off',
  answers: ['LiasonPay: refuse what is older than 5 minutes'],
  run({ clock }) {
    if ('skipped' in clock) return { skipped: clock.skipped };
    const { aheadMs, source } = clock;
    if (Math.abs(aheadMs) <= MOST_MS) return [];
    const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
    return [
      {
        level: 'warning',
        what: `this machine’s clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ${source}`,
        remedy: 'Let NTP set it (timedatectl set-ntp true, chronyd): signed times are judged by it.',
      },
    ];
  },
};
