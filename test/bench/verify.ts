// What one verification costs, as a ratio to the bare HMAC and comparison that nobody can do without.
//
// One interleaved run: in each round every contestant runs once, in shuffled order, and is divided by the floor of the same round,
// so that a clock that drifts or a neighbour that wakes up changes both. The floor runs twice: how far its second run is from
// its first is what this run can resolve. Every result that is timed is also checked.
import { cpus } from 'node:os';
import { type Contestant, contestants, makeBody } from './contestants.ts';

const SIZES = [256, 1024, 8192, 65_536, 1_048_576] as const;
const ROUNDS = 21;
/** How long one contestant runs in one round, milliseconds. */
const BATCH_MS = 20;

interface Lane {
  readonly bytes: number;
  readonly body: Buffer;
  readonly contestants: readonly Contestant[];
  /** Per contestant: how often it runs in a batch, and the nanoseconds of one verification in each round. */
  readonly repeats: number[];
  readonly times: number[][];
}

interface Row {
  readonly name: string;
  readonly work: string;
  readonly nanoseconds: number;
  readonly ratio: number;
  readonly p10: number;
  readonly p90: number;
}

const lanes: Lane[] = [];
for (const bytes of SIZES) lanes.push(await prepare(bytes));
for (let round = 0; round < ROUNDS; round++) {
  for (const lane of shuffled(lanes)) {
    for (const index of shuffled(lane.contestants.keys())) {
      // Nobody starts with a heap that others have filled; what a contestant leaves lying about during its own batch is its own cost.
      globalThis.gc?.({ type: 'minor' });
      const nanoseconds = await time(lane, index, lane.repeats[index] ?? 1);
      lane.times[index]?.push(nanoseconds);
    }
  }
}
for (const lane of lanes) await checkAll(lane);
report();

async function prepare(bytes: number): Promise<Lane> {
  const body = makeBody(bytes);
  if (body.byteLength !== bytes) throw new Error(`the body has ${body.byteLength} bytes, not ${bytes}`);
  const all = await contestants(body);
  const lane: Lane = { bytes, body, contestants: all, repeats: [], times: all.map(() => []) };
  await checkAll(lane);
  for (const index of all.keys()) {
    // Warm first: a compiler at work is not what is measured. The last, longest try says how many make a batch.
    let tried = 2;
    let nanoseconds = await time(lane, index, tried);
    while (tried * nanoseconds < 2 * BATCH_MS * 1e6) {
      tried *= 2;
      nanoseconds = await time(lane, index, tried);
    }
    lane.repeats[index] = Math.max(2, Math.round((BATCH_MS * 1e6) / nanoseconds));
  }
  return lane;
}

/** Nanoseconds of one verification, over `repeats` of them. */
async function time({ contestants: all, body }: Lane, index: number, repeats: number): Promise<number> {
  const { name, verify } = all[index] as Contestant;
  let right = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) {
    const result = verify(body);
    // Only what answers with a promise pays for awaiting one.
    if (result === true || (result !== false && (await result))) right++;
  }
  const elapsed = Number(process.hrtime.bigint() - start);
  if (right !== repeats) throw new Error(`${name} refused ${repeats - right} genuine deliveries`);
  return elapsed / repeats;
}

/** Each must take the genuine body, and refuse one that differs in one byte and is still JSON. */
async function checkAll({ contestants: all, body, bytes }: Lane): Promise<void> {
  const forged = Buffer.from(body);
  forged[forged.indexOf('payment')] = 0x50;
  for (const { name, verify } of all) {
    if (!(await verify(body))) throw new Error(`${name} refuses the genuine body of ${bytes} bytes`);
    let taken = true;
    try {
      taken = await verify(forged);
    } catch {
      taken = false;
    }
    if (taken) throw new Error(`${name} takes a changed body of ${bytes} bytes`);
  }
}

function report(): void {
  const results = lanes.map((lane) => ({ bytes: lane.bytes, rows: rowsOf(lane) }));
  if (process.argv.includes('--json')) {
    const { version, arch, platform } = process;
    console.log(
      JSON.stringify({ node: version, arch, platform, cpu: cpus()[0]?.model, rounds: ROUNDS, sizes: results }, null, 2),
    );
    return;
  }
  console.log(`Cost of one verification as a ratio to bare createHmac + timingSafeEqual (the floor).`);
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model.trim()}; ${ROUNDS} shuffled rounds; median and p10–p90 of the ratio inside a round.`,
  );
  for (const { bytes, rows } of results) {
    const control = rows[1];
    console.log(
      `\n${sizeName(bytes)}   (resolution, from the floor run twice: ${range(control)}; smaller differences say nothing)`,
    );
    for (const row of rows) {
      const cells = [row.name.padEnd(26), row.work.padEnd(28), duration(row.nanoseconds), `x ${row.ratio.toFixed(2)}`];
      console.log(`  ${cells[0]}${cells[1]}${cells[2]?.padStart(10)}  ${cells[3]?.padStart(8)}  [${range(row)}]`);
    }
  }
}

function rowsOf({ contestants: all, times }: Lane): Row[] {
  const floor = times[0] ?? [];
  return all.map(({ name, work }, index) => {
    const own = times[index] ?? [];
    const ratios = own.map((nanoseconds, round) => nanoseconds / (floor[round] ?? Number.NaN));
    return {
      name,
      work,
      nanoseconds: quantile(own, 0.5),
      ratio: quantile(ratios, 0.5),
      p10: quantile(ratios, 0.1),
      p90: quantile(ratios, 0.9),
    };
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

function shuffled<T>(values: Iterable<T>): T[] {
  const list = [...values];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}

function range(row: Row | undefined): string {
  return row === undefined ? '' : `${row.p10.toFixed(2)}–${row.p90.toFixed(2)}`;
}

function duration(nanoseconds: number): string {
  return nanoseconds < 10_000 ? `${nanoseconds.toFixed(0)} ns` : `${(nanoseconds / 1000).toFixed(1)} µs`;
}

function sizeName(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${bytes / 1024} KiB` : `${bytes / 1_048_576} MiB`;
}
