// What it costs to ask whether an address, as text, lies in one of 10,000 ranges, its parsing included, and to compile such a list.
//
// In each round every contestant is asked the same addresses, in shuffled order; the figure to compare is the ratio to `net.BlockList`
// of the same round. Every answer is checked against it.
import { BlockList, isIP } from 'node:net';
import { cpus } from 'node:os';
import { allowlist } from '@postern/core';
import ipaddr from 'ipaddr.js';

const RANGES = 10_000;
const ADDRESSES = 200;
const ROUNDS = 15;

interface Contestant {
  readonly name: string;
  compile(ranges: readonly string[]): (address: string) => boolean;
  readonly times: number[];
  compileMs: number;
}

const CONTESTANTS: readonly Contestant[] = [
  { name: 'net.BlockList', compile: blockList, times: [], compileMs: 0 },
  { name: 'ipaddr.js, one match a range', compile: matches, times: [], compileMs: 0 },
  { name: 'postern allowlist', compile: (ranges) => allowlist(ranges).allows, times: [], compileMs: 0 },
];

const next = generator(20_261_127);
const ranges = makeRanges();
const addresses = makeAddresses();
const asked = CONTESTANTS.map((one) => {
  const began = performance.now();
  const allows = one.compile(ranges);
  one.compileMs = performance.now() - began;
  return allows;
});
const expected = addresses.map((address) => asked[0]?.(address));
for (const [index, { name }] of CONTESTANTS.entries()) {
  const wrong = addresses.find((address, at) => asked[index]?.(address) !== expected[at]);
  if (wrong !== undefined) throw new Error(`${name} says something else of ${wrong}`);
}
for (let round = 0; round < ROUNDS; round++) {
  for (const index of [...CONTESTANTS.keys()].sort(() => Math.random() - 0.5)) {
    const allows = asked[index] as (address: string) => boolean;
    // As long for the fast one as for the others: a batch of microseconds measures the clock.
    const repeats = index === 2 ? 50 : 1;
    const began = performance.now();
    for (let i = 0; i < repeats; i++) for (const address of addresses) allows(address);
    CONTESTANTS[index]?.times.push(((performance.now() - began) * 1000) / (repeats * addresses.length));
  }
}
report();

function report(): void {
  const base = CONTESTANTS[0]?.times ?? [];
  const rows = CONTESTANTS.map(({ name, times, compileMs }) => ({
    name,
    microseconds: quantile(times, 0.5),
    p90: quantile(times, 0.9),
    ratioToBlockList: quantile(
      times.map((time, round) => time / (base[round] ?? Number.NaN)),
      0.5,
    ),
    compileMs,
  }));
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ node: process.version, ranges: RANGES, rounds: ROUNDS, rows }, null, 2));
    return;
  }
  console.log(`An address, as text, against ${RANGES} CIDR ranges of both families, half of the addresses inside.`);
  console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}; ${ROUNDS} shuffled rounds; medians.\n`);
  for (const { name, microseconds, p90, ratioToBlockList, compileMs } of rows)
    console.log(
      `  ${name.padEnd(30)}${microseconds.toFixed(2).padStart(8)} µs  (p90 ${p90.toFixed(2)})  x ${ratioToBlockList.toFixed(3).padStart(6)}   compiled in ${compileMs.toFixed(1)} ms`,
    );
}

function blockList(list: readonly string[]): (address: string) => boolean {
  const block = new BlockList();
  for (const range of list) {
    const [network = '', bits] = range.split('/');
    block.addSubnet(network, Number(bits), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && block.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

function matches(list: readonly string[]): (address: string) => boolean {
  const parsed = list.map((range) => ipaddr.parseCIDR(range));
  return (text) => {
    const address = ipaddr.process(text);
    return parsed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  };
}

function makeRanges(): string[] {
  const made = new Set<string>();
  while (made.size < RANGES)
    made.add(
      made.size % 4 === 0
        ? `2001:${(next(0x1000) + 0x1000).toString(16)}:${next(0x10000).toString(16)}::/48`
        : `${1 + next(222)}.${next(256)}.${next(64) * 4}.0/22`,
    );
  return [...made];
}

/** Half of them in a range. */
function makeAddresses(): string[] {
  return Array.from({ length: ADDRESSES }, (_, index) => {
    if (index % 2 === 0) {
      const network = ranges[next(RANGES)] ?? '';
      return network.includes(':')
        ? network.replace('::/48', `::${next(0x10000).toString(16)}`)
        : network.replace(/0\/22$/, String(next(256)));
    }
    return index % 4 === 1
      ? `${1 + next(222)}.${next(256)}.${next(256)}.${next(256)}`
      : `2001:db8:${next(0x10000).toString(16)}:0:0:ff00:42:${next(0x10000).toString(16)}`;
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

/** The same list on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}
