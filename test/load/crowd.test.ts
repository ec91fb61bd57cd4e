// 1,000 identical deliveries at once, each on a connection of its own, on two processes that share a store: one handler start a round.
// POSTERN_ROUNDS=100 plays a hundred rounds; the tests play a few.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { sign } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { afterEach, describe, expect, it } from 'vitest';
import { NOW, SECRET } from '../claims/site.ts';
import { delivery } from '../express/caller.ts';
import { hasPostgres } from '../services/postgres.ts';
import { hasRedis } from '../services/redis.ts';
import { openSupply } from '../src/stores/supply.ts';

const ROUNDS = Number(process.env.POSTERN_ROUNDS ?? 3);
const CROWD = 1_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const there = { redis: await hasRedis(), postgres: await hasPostgres() };

describe.each(['redis', 'postgres'] as const)('%s', (name) => {
  it.skipIf(!there[name])(
    `gives one of ${CROWD} identical deliveries the handler, in each of ${ROUNDS} rounds`,
    async () => {
      const supply = await openSupply(name);
      ends.push(() => supply.close());
      const started: string[] = [];
      const ports = await Promise.all(
        [0, 1].map(async () => {
          const child = fork(
            fileURLToPath(new URL('crowd-process.ts', import.meta.url)),
            [JSON.stringify(supply.address)],
            {
              execArgv: ['--import', import.meta.resolve('tsx'), '--conditions=@postern/source'],
            },
          );
          ends.push(() => stop(child));
          const [{ port }] = (await once(child, 'message')) as [{ port: number }];
          child.on('message', (message: { started: string }) => started.push(message.started));
          return port;
        }),
      );
      for (let round = 1; round <= ROUNDS; round++) {
        const body = `{"round":${round}}`;
        const bytes = delivery(await sign(liasonpay(), { secret: SECRET, body, timestamp: NOW }), body);
        const statuses = await Promise.all(
          Array.from({ length: CROWD }, (_, index) => post(ports[index % 2] as number, bytes)),
        );
        // Before the commit the others are asked to come again, after it they are acknowledged; a busy store asks even the first.
        expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
        // When they have come again, all are acknowledged.
        for (const port of ports)
          await expect.poll(() => post(port, bytes), { timeout: 60_000, interval: 50 }).toBe(200);
        expect(started.filter((text) => text === body)).toHaveLength(1);
      }
      expect(started).toHaveLength(ROUNDS);
    },
    60_000 + ROUNDS * 10_000,
  );
});

async function stop(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** The status of one delivery on a connection of its own; 0 where it was reset. */
function post(port: number, bytes: Uint8Array | string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.once('data', (answer) => {
      resolve(Number(answer.toString('latin1', 9, 12)));
      socket.destroy();
    });
    socket.on('error', () => resolve(0));
  });
}
