import { type Delivery, fromEnv, type SettledRecord, type VerdictRecord } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { webhook } from '@postern/next';

// The body is left to the guard: `request.json()` before it would take away the bytes that were signed.
export const POST = webhook(
  {
    provider: github(),
    secrets: fromEnv('GITHUB_WEBHOOK_SECRET'),
    onVerdict: (record) => log('verdict', record),
    onSettled: (record) => log('settled', record),
  },
  handle,
);

/** What this application does with an event. Throwing gives the event back, and GitHub shows the delivery as failed. */
async function handle(delivery: Delivery) {
  const { repository } = delivery.json<{ repository?: { full_name: string } }>();
  console.log(JSON.stringify({ log: 'event', type: delivery.type, repository: repository?.full_name }));
}

/** What the handler or the claim store threw may hold anything: its name and message are enough here. */
function log(kind: string, { error, ...record }: VerdictRecord | SettledRecord) {
  console.log(JSON.stringify({ log: kind, ...record, error: error && String(error) }));
}
