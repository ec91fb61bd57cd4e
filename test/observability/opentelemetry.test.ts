// The metrics of examples/observability-opentelemetry, made by the real SDK and scraped over HTTP; and its alert rules, held against them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { sign } from '@postern/core';
import { webhook as webhookNode } from '@postern/core/node';
import { github } from '@postern/core/providers/github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { measureDeliveries } from '../../examples/observability-opentelemetry/src/measure-deliveries.ts';
import { exposeMetrics, type Metrics } from '../../examples/observability-opentelemetry/src/metrics.ts';
import { REASON_STATUS } from '../../packages/core/src/lib/reasons.ts';
import { OTHER_SECRET, parcel, SECRET, type Site, startSite } from './rig.ts';

const FOLDER = fileURLToPath(new URL('../../examples/observability-opentelemetry/', import.meta.url));
const ALERTS = readFileSync(`${FOLDER}alerts.yaml`, 'utf8');
const PROMTOOL = process.env.POSTERN_PROMTOOL ?? 'promtool';
const hasPromtool = spawnSync(PROMTOOL, ['--version']).status === 0;

let metrics: Metrics;
let stop: () => void;
let site: Site | undefined;
beforeEach(async () => {
  metrics = await exposeMetrics({ host: '127.0.0.1', port: 0 });
  stop = measureDeliveries(metrics.meter);
});
afterEach(async () => {
  stop();
  await site?.close();
  await metrics.close();
});

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function scrape(): Promise<readonly Sample[]> {
  const response = await fetch(`http://127.0.0.1:${metrics.port}/metrics`);
  expect(response.status).toBe(200);
  return (await response.text()).split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}

/** The value of the one series with these labels. */
function seriesOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  const found = samples.filter(
    (one) => one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text),
  );
  expect(found.length, `${name} ${JSON.stringify(labels)}`).toBeLessThan(2);
  return found[0]?.value;
}

/** One of each that the rules speak of. */
async function sendSome(): Promise<void> {
  const down = () => Promise.reject(new Error('down'));
  let fails = false;
  site = await startSite(
    {
      options: {
        secrets: [
          { id: 'new', value: SECRET },
          { id: 'old', value: OTHER_SECRET },
        ],
      },
      handler: () => {
        if (fails) throw new Error('not today');
      },
    },
    { path: '/storeless', options: { endpoint: 'storeless', store: { claim: down, complete: down, release: down } } },
  );
  const genuine = await parcel();
  await site.send(genuine);
  await site.send(genuine);
  await site.send(await parcel({ secret: OTHER_SECRET, timestamp: Math.floor(Date.now() / 1000) - 90 }));
  await site.send(await parcel({ secret: 'a-secret-that-a-stranger-has-guessed' }));
  await site.send(await parcel({ timestamp: 1_500_000_000 }));
  await site.send({ path: '/storeless', ...(await parcel()) });
  fails = true;
  await site.send(await parcel());
}

describe('the metrics', () => {
  it('count deliveries, runs, times, clocks and secrets, as Prometheus scrapes them', async () => {
    await sendSome();
    const samples = await scrape();
    const mine = { provider: 'liasonpay', endpoint: 'liasonpay' };
    const deliveries = (labels: Readonly<Record<string, string>>) =>
      seriesOf(samples, 'postern_deliveries_total', { ...mine, ...labels });
    expect(deliveries({ kind: 'genuine', outcome: 'accepted', reason: 'none' })).toBe(3);
    expect(deliveries({ kind: 'duplicate', outcome: 'answered' })).toBe(1);
    expect(deliveries({ kind: 'forged', outcome: 'rejected', reason: 'bad-signature' })).toBe(1);
    expect(deliveries({ kind: 'stale', outcome: 'rejected', reason: 'stale' })).toBe(1);
    expect(deliveries({ kind: 'ours', endpoint: 'storeless', reason: 'store-unavailable' })).toBe(1);
    expect(seriesOf(samples, 'postern_runs_total', { ...mine, outcome: 'committed', reason: 'none' })).toBe(2);
    expect(seriesOf(samples, 'postern_runs_total', { ...mine, outcome: 'released', reason: 'handler-failed' })).toBe(1);
    expect(seriesOf(samples, 'postern_delivery_duration_seconds_count', { ...mine, kind: 'genuine' })).toBe(3);
    expect(seriesOf(samples, 'postern_run_duration_seconds_count', { ...mine, outcome: 'committed' })).toBe(2);
    const near = seriesOf(samples, 'postern_clock_distance_seconds_bucket', { ...mine, le: '5' }) ?? 0;
    const far = seriesOf(samples, 'postern_clock_distance_seconds_bucket', { ...mine, le: '120' }) ?? 0;
    expect([near, far]).toEqual([3, 4]);
    const now = Date.now() / 1000;
    for (const secret of ['new', 'old']) {
      const used = seriesOf(samples, 'postern_secret_last_used_seconds', { ...mine, secret }) ?? 0;
      expect(Math.abs(now - used), secret).toBeLessThan(30);
    }
  });

  it('are of every receiver of the process, and end when asked to', async () => {
    const guard = webhookNode({ provider: github(), secrets: SECRET, endpoint: 'of-another-kind' }, () => undefined);
    const server = createServer(guard).listen(0, '127.0.0.1');
    try {
      await new Promise((listening) => server.once('listening', listening));
      const post = async (body: string) =>
        fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
          method: 'POST',
          body,
          headers: await sign(github(), { secret: SECRET, body }),
        });
      expect((await post('{}')).status).toBeLessThan(300);
      const seen = { provider: 'github', endpoint: 'of-another-kind', kind: 'genuine' };
      expect(seriesOf(await scrape(), 'postern_deliveries_total', seen)).toBe(1);
      stop();
      await post('{"another":1}');
      expect(seriesOf(await scrape(), 'postern_deliveries_total', seen)).toBe(1);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('grow by no series, whatever a stranger or an event chooses', async () => {
    site = await startSite({});
    const { send } = site;
    const round = async (index: number) => {
      await send({ ...(await parcel({ from: `127.0.0.${index + 2}` })), path: `/?of=${index}` });
      await send({ method: index % 2 ? 'PUT' : 'PATCH', body: `${index}`, from: `127.0.1.${index + 2}` });
      const forged = await parcel({ secret: OTHER_SECRET, timestamp: 1_700_000_000 + index });
      await send({ ...forged, headers: { ...forged.headers, 'user-agent': `stranger ${index}` } });
    };
    await round(0);
    const before = (await scrape()).length;
    for (let index = 1; index < 50; index++) await round(index);
    expect((await scrape()).length).toBe(before);
  });
});

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a text of rules asks for that is not to be had. */
function missingFrom(text: string, samples: readonly Sample[]): readonly string[] {
  const { groups } = parse(text) as { groups: readonly { readonly rules: readonly Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  // What is recorded has the labels of what it is recorded from.
  const sources = new Map(
    rules.flatMap(({ record, expr }) => (record ? [[record, /postern_\w+/.exec(expr)?.[0]]] : [])),
  );
  const missing: string[] = [];
  for (const { alert = 'a recording', expr } of rules) {
    const all: Sample[] = [];
    for (const [, name = '', matchers = ''] of expr.matchAll(/\b(postern[_:][\w:]+)(?:\s*\{([^}]*)\})?/g)) {
      const series = samples.filter((one) => one.name === (sources.get(name) ?? name));
      all.push(...series);
      if (series.length === 0) missing.push(`${alert}: ${name}`);
      for (const [, label = '', , value = ''] of matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)) {
        if (!series.some(({ labels }) => label in labels)) missing.push(`${alert}: ${name}{${label}}`);
        for (const word of value.split('|'))
          if (!(WORDS[label] ?? []).includes(word)) missing.push(`${alert}: ${label}="${word}"`);
      }
    }
    for (const [, list = ''] of expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g))
      for (const label of list.split(',').map((one) => one.trim()))
        if (!all.some(({ labels }) => label in labels)) missing.push(`${alert}: by ${label}`);
  }
  return missing;
}

/** The closed lists that the labels take their values from. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  kind: ['genuine', 'handshake', 'duplicate', 'forged', 'stale', 'unconfirmed', 'elsewhere', 'misfit', 'ours'],
  reason: Object.keys(REASON_STATUS),
  outcome: ['accepted', 'answered', 'rejected', 'committed', 'released', 'uncommitted', 'unclaimed', 'late'],
};

describe('the alert rules', () => {
  it('speak of metrics, labels and values that are exposed, and a misspelt one is found', async () => {
    await sendSome();
    const samples = await scrape();
    expect(missingFrom(ALERTS, samples)).toEqual([]);
    for (const [right, wrong] of [
      ['postern_clock_distance_seconds_bucket', 'postern_clock_distance_bucket'],
      ['{kind="forged"}', '{sort="forged"}'],
      ['kind="stale"', 'kind="late"'],
      ['reason="store-unavailable"', 'reason="store-down"'],
      ['by (provider, endpoint, secret)', 'by (provider, endpoint, key)'],
    ] as const) {
      expect(ALERTS, right).toContain(right);
      expect(missingFrom(ALERTS.replaceAll(right, wrong), samples), wrong).not.toEqual([]);
    }
  });

  it('each say how bad it is, what it is and what to do, and are each tried beside them', () => {
    const { groups } = parse(ALERTS) as { groups: readonly { readonly rules: readonly Rule[] }[] };
    const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
    expect(alerts.length).toBeGreaterThan(8);
    const tried = ['alerts.test.yaml', 'alerts.days.test.yaml']
      .map((name) => readFileSync(FOLDER + name, 'utf8'))
      .join();
    for (const { alert = '', labels, annotations } of alerts) {
      expect(['info', 'warning', 'critical'], alert).toContain(labels?.severity);
      expect(annotations?.summary, alert).toContain('$labels.endpoint');
      expect(annotations?.action?.length, alert).toBeGreaterThan(20);
      // Once where it fires, at the least.
      expect(tried, alert).toContain(`ALERTS{alertname="${alert}",alertstate="firing"`);
    }
  });

  it.runIf(hasPromtool || process.env.CI)(
    'are right in the eyes of promtool, and fire when they should',
    () => {
      for (const args of [
        ['check', 'rules', 'alerts.yaml'],
        ['test', 'rules', 'alerts.test.yaml', 'alerts.days.test.yaml'],
      ]) {
        const { status, stdout, stderr, error } = spawnSync(PROMTOOL, args, { cwd: FOLDER, encoding: 'utf8' });
        expect(status, `${error ?? ''}${stdout}${stderr}`).toBe(0);
      }
    },
    60_000,
  );
});
