import { createServer } from 'node:http';
import { fromEnv } from '@postern/core';
import { hardenServer, webhook } from '@postern/core/node';
import { slack } from '@postern/core/providers/slack';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000' } = process.env;

const options = {
  provider: slack(),
  secrets: fromEnv('SLACK_SIGNING_SECRET'),
  onVerdict: (/** @type {object} */ record) => log('verdict', record),
  onSettled: (/** @type {object} */ record) => log('settled', record),
};

/** The Events API. Slack wants an answer within three seconds, and tries three times. */
const events = webhook({ ...options, endpoint: 'slack-events' }, async (delivery) => {
  log('event', { id: delivery.id, type: delivery.type, attempt: delivery.attempt });
});

/** Slash commands: forms, answered within three seconds. */
const commands = webhook({ ...options, endpoint: 'slack-commands' }, async (delivery, _request, response) => {
  const form = delivery.form();
  if (form.get('command') !== '/report') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ response_type: 'ephemeral', text: `I do not know ${form.get('command')}.` }));
    return;
  }
  // What takes longer is acknowledged first. From here on it is ours to finish: Slack will not send it again.
  delivery.acknowledge();
  const text = await report(form.get('text') ?? '');
  const answered = await fetch(form.get('response_url') ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  log('event', { command: '/report', reported: answered.status });
});

/**
 * Stands for work that takes a while.
 *
 * @param {string} about
 */
async function report(about) {
  return `All is well${about && ` with ${about}`}.`;
}

const server = createServer((request, response) => {
  const [pathname] = (request.url ?? '').split('?');
  if (pathname === '/slack/events') {
    void events(request, response);
  } else if (pathname === '/slack/commands') {
    void commands(request, response);
  } else {
    response.statusCode = pathname === '/healthz' ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: pathname === '/healthz' ? 'ok' : 'not found' }));
  }
});

// Node lets a head take 60 seconds and a request 300: senders of webhooks need neither.
hardenServer(server);

/**
 * One JSON object a line, for whatever collects the logs.
 *
 * @param {'listening' | 'verdict' | 'settled' | 'event'} kind
 * @param {object} record
 */
function log(kind, record) {
  // What a handler or a store threw may hold anything: its name and message are enough here.
  const { error, ...rest } = /** @type {{ error?: unknown }} */ (record);
  console.log(JSON.stringify({ log: kind, ...rest, error: error && String(error) }));
}

server.listen(Number(PORT), HOST, () => {
  log('listening', /** @type {import('node:net').AddressInfo} */ (server.address()));
});

// Deliveries that are being handled are finished before the process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
