// `pnpm drill`: senders that retry, receivers that die, and a judge of what became of every event.
import { parseArgs } from 'node:util';
import { Misuse } from '../../packages/cli/src/misuse.ts';
import { createOutput } from '../../packages/cli/src/output.ts';
import { BREACHES } from './drill/judge.ts';
import { CHAOS_NAMES, type ChaosName } from './drill/plan.ts';
import { isProfileName, PROFILE_NAMES, type ProfileName } from './drill/profiles.ts';
import { renderFinding } from './drill/report.ts';
import { type DrillOptions, runDrill } from './drill/run-drill.ts';
import { isStoreName, STORE_NAMES } from './stores/address.ts';

const USAGE = `usage: pnpm drill [--store ${STORE_NAMES.join('|')}] [--seconds 60] [--rate 50] [--receivers 2] [--profile NAME,…]
  [--chaos NAME,…] [--kill-every 3] [--handler-ms 60] [--in-transaction] [--seed N] [--json]
Sends events to receivers in processes of their own, and tries again as their providers would, a hundred times faster: five minutes are
three seconds. Meanwhile receivers are killed, stores break and clocks are set wrong. Then sender and receivers compare their ledgers.
Profiles: ${PROFILE_NAMES.join(', ')} (default: all).
Chaos: kill (every so many seconds, in turn after the claim, in the handler, after it, after the commit, and at once), restart (SIGTERM),
  store (killed, frozen, slow, shut, an answer lost), clock (set wrong and back), none. Default: kill,restart,store.
redis (the default) and postgres start a server of their own. memory is one process, and knows no chaos but the clock.
--in-transaction (postgres): handlers write a row in the transaction that completes the claim; no event may have two.
A seed has the same deliveries and the same misfortunes each time. It only talks to this machine, and ends about a minute after its time at the latest.
Breaches:
${Object.entries(BREACHES)
  .map(([kind, meaning]) => `  ${kind}: ${meaning}`)
  .join('\n')}
Exit status: 0 none, 1 a breach, 2 misuse.`;

const out = createOutput(process.stdout);
const err = createOutput(process.stderr);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
const status = await main().catch(async (error: unknown) => {
  await err.line(`drill: ${error instanceof Misuse ? error.message : error instanceof Error ? error.stack : 'failed'}`);
  return 2;
});
process.stdout.write('', () => process.exit(status));

async function main(): Promise<number> {
  const { options, json, help } = readArguments();
  if (help) {
    await out.line(USAGE);
    return 0;
  }
  const began = performance.now();
  if (!json)
    await out.line(`drill: ${options.store}, seed ${options.seed}, ${options.seconds} s, ${options.rate} events/s.`);
  const finding = await runDrill(options);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (json) {
    const { seed, store } = options;
    const latestMs = Math.round(finding.latestMs);
    const counts = Object.fromEntries(finding.counts);
    await out.line(JSON.stringify({ seed, store, seconds, latestMs, counts, breaches: finding.breaches }));
  } else {
    for (const line of renderFinding(finding)) await out.line(line);
    await out.line(
      `${finding.breaches.length} breaches, ${seconds} s. The sender was ${Math.round(finding.latestMs)} ms late at the worst.`,
    );
  }
  return finding.breaches.length > 0 ? 1 : 0;
}

function readArguments(): { readonly options: DrillOptions; readonly json: boolean; readonly help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        store: { type: 'string', default: 'redis' },
        seconds: { type: 'string', default: '60' },
        rate: { type: 'string', default: '50' },
        receivers: { type: 'string' },
        profile: { type: 'string', default: PROFILE_NAMES.join(',') },
        chaos: { type: 'string' },
        'kill-every': { type: 'string', default: '3' },
        'handler-ms': { type: 'string', default: '60' },
        'in-transaction': { type: 'boolean', default: false },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { store } = values;
    if (!isStoreName(store)) throw new Error('there is no such store.');
    const chaos = namesOf(values.chaos ?? (store === 'memory' ? 'clock' : 'kill,restart,store'), isChaosName, 'chaos');
    const receivers = numberOf(values.receivers ?? (store === 'memory' ? '1' : '2'), 'receivers', 16);
    if (store === 'memory' && (receivers > 1 || chaos.some((name) => name !== 'clock')))
      throw new Error('a memory store is in one process and dies with it: one receiver, and no chaos but clock.');
    if (values['in-transaction'] && store !== 'postgres') throw new Error('--in-transaction is for --store postgres.');
    const [first, ...more] = namesOf(values.profile, isProfileName, 'profile');
    if (first === undefined) throw new Error('give a profile.');
    const options: DrillOptions = {
      store,
      receivers,
      chaos,
      profiles: [first, ...more] satisfies [ProfileName, ...ProfileName[]],
      seconds: numberOf(values.seconds, 'seconds', 3_600),
      rate: numberOf(values.rate, 'rate', 1_000),
      killEvery: numberOf(values['kill-every'], 'kill-every', 3_600),
      handlerMs: numberOf(values['handler-ms'], 'handler-ms', 1_000),
      inTransaction: values['in-transaction'],
      seed: numberOf(values.seed ?? String(1 + (Date.now() % 1_000_000)), 'seed', 2 ** 31),
    };
    return { options, json: values.json, help: values.help };
  } catch (error) {
    throw new Misuse(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}

function isChaosName(name: string): name is ChaosName {
  return (CHAOS_NAMES as readonly string[]).includes(name);
}

function namesOf<Name extends string>(text: string, isName: (name: string) => name is Name, option: string): Name[] {
  if (text === 'none' && option === 'chaos') return [];
  const names = text.split(',');
  if (!names.every(isName)) throw new Error(`--${option}: there is one that is not known.`);
  return names;
}

function numberOf(text: string, option: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`--${option}: give a whole number from 1 to ${most}.`);
  return number;
}
