// A process with a subscriber that throws at every record. It prints what became of two deliveries, and how many exceptions nobody caught.
import { subscribe } from 'node:diagnostics_channel';
import { createReceiver, sign } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';

const SECRET = 'test-secret-test-secret-test-secret';
const BODY = new TextEncoder().encode('{"event_type":"payment.paid"}');

let uncaught = 0;
if (process.argv[2] === 'hears') process.on('uncaughtException', () => uncaught++);
for (const name of ['postern:verdict', 'postern:settled'])
  subscribe(name, () => {
    throw new Error('the subscriber is broken');
  });

const outcomes: string[] = [];
const receiver = createReceiver({
  provider: liasonpay(),
  secrets: SECRET,
  onSettled: ({ outcome }) => outcomes.push(outcome),
});
const lines: string[] = [];
for (const secret of [SECRET, 'other-test-secret-other-test-secret']) {
  const headers = Object.entries(await sign(liasonpay(), { secret, body: BODY }));
  const { status } = await receiver.handle(
    { head: { method: 'POST', url: '/', headers }, readBody: async () => BODY },
    () => undefined,
  );
  await new Promise((resolve) => setImmediate(resolve));
  lines.push(['answered', status, ...outcomes.splice(0)].join(' '));
}
process.stdout.write(`${[...lines, `uncaught ${uncaught}`].join('; ')}\n`);
