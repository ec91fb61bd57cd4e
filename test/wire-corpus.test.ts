// The corpus over real sockets, to a real server of every framework: the same verdicts as the command line's.
import { fileURLToPath } from 'node:url';
import type { Mount } from '@postern/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Case } from '../packages/cli/src/cases.ts';
import { judgeCase } from '../packages/cli/src/judge-case.ts';
import { loadMount, mountNames } from './src/wire/mounts.ts';
import { readCases } from './src/wire/read-cases.ts';
import { runCase } from './src/wire/run-case.ts';

const CORPUS = fileURLToPath(new URL('corpus/deliveries.dev.jsonl', import.meta.url));

let cases: readonly Case[];
beforeAll(async () => {
  cases = await readCases(CORPUS);
});

/** Where a runtime joins repeated header lines before anybody can see them, these are refused for another reason. */
const MERGED: Readonly<Record<string, string>> = {
  'liasonpay-dup-bad-good': 'malformed-signature',
  'liasonpay-dup-good-bad': 'malformed-signature',
  'stripe-dup-bad-good': 'malformed-signature',
  'stripe-dup-identical': 'malformed-signature',
  'standardwebhooks-dup-good-bad': 'malformed-signature',
  'standardwebhooks-dup-identical': 'malformed-signature',
  'github-dup-bad-good': 'malformed-signature',
  'github-dup-good-bad': 'malformed-signature',
  'slack-dup-identical': 'malformed-signature',
  'shopify-dup-bad-good': 'malformed-signature',
  'shopify-dup-identical': 'malformed-signature',
  'standardwebhooks-dup-timestamp': 'malformed-timestamp',
  'slack-dup-timestamp': 'malformed-timestamp',
  'slack-dup-timestamp-rev': 'malformed-timestamp',
};

function mergesLines({ differences }: Mount): boolean {
  return differences?.['signature-twice'] !== undefined;
}

describe.each(mountNames(['own']))('over sockets to %s', (name) => {
  let mount: Mount;
  // Next.js is built for it.
  beforeAll(async () => {
    mount = await loadMount(name);
  }, 300_000);

  it('gives each of the 518 deliveries the verdict and the reason that the command line gives', async () => {
    expect(mount.name).toBe(name);
    const differences: string[] = [];
    const statuses = new Map<string, Set<number | undefined>>();
    for (const one of cases) {
      const wire = await runCase(one, mount);
      const { outcome, reason } = await judgeCase(one);
      if (wire.outcome !== outcome || wire.reason !== reason)
        differences.push(`${one.id}: ${wire.outcome} ${wire.reason} on the wire, ${outcome} ${reason} without`);
      const seen = statuses.get(reason ?? outcome) ?? new Set();
      statuses.set(reason ?? outcome, seen.add(wire.status));
    }
    expect(cases).toHaveLength(518);
    expect(differences).toEqual(
      Object.entries(mergesLines(mount) ? MERGED : {}).map(
        ([id, reason]) => `${id}: reject ${reason} on the wire, reject duplicate-header without`,
      ),
    );
    // What callers see: 2xx for the genuine, one 4xx a reason, and 5xx for nothing but our own misconfiguration.
    expect(Object.fromEntries([...statuses].map(([reason, seen]) => [reason, [...seen]]))).toEqual({
      accept: [200],
      'missing-signature': [401],
      'malformed-signature': [401],
      'bad-signature': [401],
      'unsupported-scheme': [401],
      'duplicate-header': [401],
      'missing-timestamp': [401],
      'malformed-timestamp': [401],
      stale: [401],
      future: [401],
      'missing-id': [401],
      'malformed-id': [401],
      'method-not-allowed': [405],
      misconfigured: [500],
    });
    expect(cases.filter(({ id }) => id.endsWith('-ok-body-proto'))).toHaveLength(2);
    // The handlers merged what they were given, the careless way.
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  });
});
