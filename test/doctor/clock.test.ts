// The clock, held against a real time server on loopback that speaks NTP over UDP.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readClock } from '../../packages/cli/src/doctor/clock.ts';
import { doctor, makeProject, told } from './rig.ts';

const FROM_1900 = 2_208_988_800;

/** A time server that is ahead of us by so much; `change` spoils its answers. */
async function timeServer(aheadMs: number, change: (answer: Buffer) => Buffer | undefined = (answer) => answer) {
  const server = createSocket('udp4');
  server.on('message', (question, { address, port }) => {
    const answer = Buffer.alloc(48);
    answer[0] = 0b00_100_100;
    answer[1] = 2;
    question.copy(answer, 24, 40, 48);
    for (const at of [32, 40]) {
      const seconds = (Date.now() + aheadMs) / 1_000 + FROM_1900;
      answer.writeUInt32BE(Math.floor(seconds) % 2 ** 32, at);
      answer.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    const changed = change(answer);
    if (changed) server.send(changed, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

async function readFrom(aheadMs: number, change?: (answer: Buffer) => Buffer | undefined) {
  const server = await timeServer(aheadMs, change);
  try {
    return await readClock(server.address);
  } finally {
    server.close();
  }
}

describe('the clock', () => {
  it.each([
    [0, []],
    [1_500, []],
    [-1_500, []],
    [2_600, ['warning clock-off this machine']],
    [-86_400_000, ['warning clock-off this machine']],
  ])('of a source %i ms ahead', async (aheadMs, found) => {
    const clock = await readFrom(aheadMs);
    expect('aheadMs' in clock && Math.abs(clock.aheadMs + aheadMs)).toBeLessThan(400);
    expect(told(doctor(makeProject({}), { clock }))).toEqual(found);
  });

  it('is told right when the seconds of NTP have begun anew, in 2036', async () => {
    const aheadMs = Date.parse('2037-01-01T00:00:00Z') - Date.now();
    const clock = await readFrom(aheadMs);
    expect('aheadMs' in clock && Math.abs(clock.aheadMs + aheadMs)).toBeLessThan(400);
  });

  it.each<[string, (answer: Buffer) => Buffer | undefined]>([
    ['does not answer', () => undefined],
    ['answers somebody else', (answer) => Buffer.from(answer.fill(1, 24, 32))],
    ['is cut short', (answer) => answer.subarray(0, 40)],
    ['does not know the time', (answer) => answer.fill(0b11_100_100, 0, 1)],
    ['says go away', (answer) => answer.fill(0, 1, 2)],
    ['is no server', (answer) => answer.fill(0b00_100_011, 0, 1)],
  ])('is not judged by a source that %s', async (_, change) => {
    expect(await readFrom(60_000, change)).toHaveProperty('skipped');
  });

  it.each(['', 'a:b:c', 'host:notaport', '127.0.0.1:999999'])('is not judged by %j', async (address) => {
    expect(await readClock(address)).toHaveProperty('skipped');
  });
});
