import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Meter } from '@opentelemetry/api';
import type { SettledRecord, VerdictRecord } from '@postern/core';

/** Where most deliveries end within milliseconds, and a sender gives up after seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** From clocks that agree to retries of ten hours. */
const SKEW_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 3600, 36_000];

/**
 * Measures every delivery of this process, whichever receiver it came to: no option of theirs is touched. Gives what ends it.
 *
 * Labels are the names in your program and closed lists; nothing that a stranger chooses becomes one. `tenant` is left out: add it where you
 * have few. The instruments never throw, which a subscriber of a channel must not: Node would end the process.
 *
 * The unit is part of each name: some exporters append it and some do not, and the alert rules want one name.
 */
export function measureDeliveries(meter: Meter): () => void {
  const deliveries = meter.createCounter('postern.deliveries', { description: 'Deliveries, by what was decided.' });
  const durations = meter.createHistogram('postern.delivery.duration.seconds', {
    unit: 's',
    description: 'From the head of a delivery to the verdict.',
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const skew = meter.createGauge('postern.clock.skew.seconds', {
    unit: 's',
    description: 'Our clock minus the signed time of the last authentic delivery.',
  });
  const skews = meter.createHistogram('postern.clock.distance.seconds', {
    unit: 's',
    description: 'How far the signed times of authentic deliveries are from our clock, to either side.',
    advice: { explicitBucketBoundaries: SKEW_SECONDS },
  });
  const lastUsed = meter.createGauge('postern.secret.last.used.seconds', {
    unit: 's',
    description: 'When a secret last matched, unix seconds.',
  });
  const runs = meter.createCounter('postern.runs', { description: 'Runs of handlers, by how they ended.' });
  const runDurations = meter.createHistogram('postern.run.duration.seconds', {
    unit: 's',
    description: 'From the head of a delivery to the end of its handler.',
    advice: { explicitBucketBoundaries: SECONDS },
  });

  function onVerdict(message: unknown): void {
    const { provider, endpoint, outcome, kind, reason = 'none', enforced = true, ...record } = message as VerdictRecord;
    deliveries.add(1, { provider, endpoint, outcome, kind, reason, enforced });
    durations.record(record.durationMs / 1000, { provider, endpoint, kind });
    if (record.skewSeconds !== undefined) {
      skew.record(record.skewSeconds, { provider, endpoint });
      skews.record(Math.abs(record.skewSeconds), { provider, endpoint });
    }
    if (record.secretId !== undefined)
      lastUsed.record(record.at / 1000, { provider, endpoint, secret: record.secretId });
  }

  function onSettled(message: unknown): void {
    const { provider, endpoint, outcome, reason = 'none', durationMs } = message as SettledRecord;
    runs.add(1, { provider, endpoint, outcome, reason });
    runDurations.record(durationMs / 1000, { provider, endpoint, outcome });
  }

  subscribe('postern:verdict', onVerdict);
  subscribe('postern:settled', onSettled);
  return () => {
    unsubscribe('postern:verdict', onVerdict);
    unsubscribe('postern:settled', onSettled);
  };
}
