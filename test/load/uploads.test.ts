import { afterEach, describe, expect, it } from 'vitest';
import { type GuardProcess, startGuard } from './guard-process.ts';
import { makeUploads, seeded, sendUploads } from './uploads.ts';

const AT_ONCE = 64;
const UPLOADS = 2_000;
const WARM_UP = 1_500;

describe.each(['node:http', 'express'] as const)('%s: 2,000 uploads, half of them cut off', (framework) => {
  let guard: GuardProcess | undefined;
  afterEach(() => guard?.kill());

  it('start no handler, claim no key and leave nothing behind where they were cut off', {
    timeout: 60_000,
  }, async () => {
    guard = await startGuard(framework);
    const random = seeded(20_260_101);
    await sendUploads(guard.port, await makeUploads(0, WARM_UP, random), AT_ONCE);
    const before = await guard.measure();
    const uploads = await makeUploads(WARM_UP, UPLOADS, random);
    const whole = uploads.filter(({ cutAt }) => cutAt === undefined).map(({ index }) => index);
    expect(whole).toHaveLength(UPLOADS / 2);

    const statuses = await sendUploads(guard.port, uploads, AT_ONCE);
    const after = await guard.measure();

    expect(whole.filter((index) => statuses.get(index) !== 200)).toEqual([]);
    const starts = after.starts.filter(([index]) => index >= WARM_UP);
    expect(starts).toEqual(whole.map((index) => [index, 1]));
    expect(after.storeKeys).toBe(whole.length);
    expect(after.unhandled).toBe(0);
    expect(after.resources).toEqual(before.resources);
    expect(after.heapUsed).toBeLessThan(before.heapUsed * 1.05);
    expect(await guard.close()).toBe(0);
  });
});
