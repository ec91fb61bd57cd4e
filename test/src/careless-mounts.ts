// Mounts that somebody might have written, each with one thing wrong.
import type { RequestListener } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { createReceiver, type Delivery, type ReceiverOptions, type VerdictRecord } from '@postern/core';
import { handleNode } from '@postern/core/node';
import type { Mount, MountHandler, RunningServer } from '@postern/testing';
import { listen } from '../conformance/listen.ts';

/** Accepts every head that comes, and runs the handler with whatever came behind it. */
export const believing = eager(async (options, handler, body) => {
  options.onVerdict?.(recordOf({ outcome: 'accepted' }));
  const settle = () => undefined;
  const delivery = {
    body,
    attempt: 1,
    acknowledge: settle,
    fail: settle,
    json: () => ({}),
    form: () => new URLSearchParams(),
  };
  await Promise.resolve(delivery as unknown as Delivery)
    .then(handler)
    .catch(settle);
  options.onSettled?.({ ...recordOf({ outcome: 'accepted' }), attempt: 1, outcome: 'committed' });
  return 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
});

/** Refuses every head that comes. */
export const refusing = eager(async (options) => {
  options.onVerdict?.(recordOf({ outcome: 'rejected', reason: 'bad-signature' }));
  return 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n';
});

/** Takes every method for POST. */
export const methodless = careless((guard) => (request, response) => {
  request.method = 'POST';
  guard(request, response);
});

/** Hands on the text of the body, encoded again. */
export const decoding = careless(
  (guard) => guard,
  (handler) => (delivery) => handler({ ...delivery, body: Buffer.from(Buffer.from(delivery.body).toString()) }),
);

/** Answers with what the handler threw. */
export const talkative = careless(
  (guard) => guard,
  (handler) => async (delivery) => {
    try {
      return await handler(delivery);
    } catch (error) {
      return { status: 503, headers: { 'retry-after': '5' }, body: String(error) };
    }
  },
);

/** Does not wait for the handler. */
export const hasty = careless(
  (guard) => guard,
  (handler) => async (delivery) => {
    Promise.resolve(handler(delivery)).catch(() => undefined);
    return undefined;
  },
);

/** Makes a receiver, and with it a store, for every request. */
export const forgetful: Mount = {
  name: 'forgetful',
  serve: (options, handler) => listen((request, response) => guardOf(options, handler)(request, response)),
};

/** Reads the whole body before the guard sees the head. */
export const greedy = careless((guard) => async (request, response) => {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of request) pieces.push(piece);
  } catch {
    return;
  }
  guard(Object.assign(request, { rawBody: Buffer.concat(pieces) }), response);
});

/** Shows the guard one of several lines of one name. */
export const merging = careless((guard) => (request, response) => {
  const { rawHeaders } = request;
  for (let i = rawHeaders.length - 2; i >= 0; i -= 2) {
    const name = rawHeaders[i]?.toLowerCase();
    const first = rawHeaders.findIndex((other, at) => at % 2 === 0 && other.toLowerCase() === name);
    if (first < i) rawHeaders.splice(i, 2);
  }
  guard(request, response);
});

/** Closes each connection after one answer. */
export const unfriendly = careless((guard) => (request, response) => {
  response.shouldKeepAlive = false;
  guard(request, response);
});

/** Gives a delivery back when its client goes away. */
export const loyal: Mount = {
  name: 'loyal',
  serve(options, handler) {
    const receiver = createReceiver(options);
    return listen((request, response) =>
      handleNode(receiver, request, response, async (delivery) => {
        const giveUp = () => delivery.fail();
        response.once('close', giveUp);
        await handler(delivery);
        response.off('close', giveUp);
      }),
    );
  },
};

/** Runs the handler once more when it is shut down. */
export const restless: Mount = {
  name: 'restless',
  async serve(options, handler) {
    const deliveries: Delivery[] = [];
    const { port, close } = await listen(
      guardOf(options, (delivery) => {
        deliveries.push(delivery);
        return handler(delivery);
      }),
    );
    return { port, close: () => Promise.all(deliveries.map(handler)).then(close) };
  },
};

/** Nothing is wrong with it: only its records come later than its answers, as from another process. */
export const remote: Mount = {
  name: 'remote',
  serve: (options, handler) =>
    listen(
      guardOf(
        {
          ...options,
          onVerdict: (record) => void setTimeout(() => options.onVerdict?.(record), 100),
          onSettled: (record) => void setTimeout(() => options.onSettled?.(record), 100),
        },
        handler,
      ),
    ),
};

/** A mount of Node's own server, with something wrong before the guard or around the handler. */
function careless(
  before: (guard: RequestListener) => RequestListener,
  around: (handler: MountHandler) => MountHandler = (handler) => handler,
): Mount {
  return {
    name: 'careless',
    serve: (options, handler) => listen(before(guardOf(options, around(handler)))),
  };
}

function guardOf(options: ReceiverOptions, handler: MountHandler): RequestListener {
  const receiver = createReceiver(options);
  return (request, response) =>
    void handleNode(receiver, request, response, async (delivery) => {
      const reply = await handler(delivery);
      if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
    });
}

/** A mount that has its answer as soon as it has read a head. */
function eager(answer: (options: ReceiverOptions, handler: MountHandler, body: Buffer) => Promise<string>): Mount {
  async function serve(options: ReceiverOptions, handler: MountHandler): Promise<RunningServer> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', async (piece) => {
        const end = piece.indexOf('\r\n\r\n');
        if (end >= 0) socket.write(await answer(options, handler, piece.subarray(end + 4)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      async close() {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }
  return { name: 'eager', serve, spoilt: { parsed: serve, inflated: serve, consumed: serve } };
}

function recordOf(verdict: Pick<VerdictRecord, 'outcome' | 'reason'>): VerdictRecord {
  return {
    ...verdict,
    kind: verdict.outcome === 'accepted' ? 'genuine' : 'forged',
    instance: 'made-up',
    at: 0,
    authentic: false,
    provider: 'liasonpay',
    endpoint: 'liasonpay',
    method: 'POST',
    durationMs: 0,
  };
}
