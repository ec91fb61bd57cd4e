import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findLeaks } from './src/demo/leaks.ts';
import { exitStatus, renderTable, renderTally } from './src/demo/report.ts';
import { describeSight, findDifferences, type Row } from './src/demo/row.ts';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

async function run(args: readonly string[]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  return { status: child.exitCode, stdout, stderr };
}

const runDemo = (...args: string[]) => run([path('bin/run.mjs'), 'demo', ...args]);

describe('the demo', () => {
  let demo: Awaited<ReturnType<typeof run>>;
  let rows: readonly (Row & { readonly ok: boolean })[];

  beforeAll(async () => {
    demo = await runDemo('--json');
    rows = demo.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }, 60_000);

  it('ends with 0, every row as expected', () => {
    expect(rows.flatMap((row) => findDifferences(row).map((difference) => `${row.sent}: ${difference}`))).toEqual([]);
    expect(rows.every(({ ok }) => ok)).toBe(true);
    expect({ status: demo.status, stderr: demo.stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('runs the handler for every accepted delivery and for no other', () => {
    for (const { sent, seen } of rows)
      expect([sent, seen.handler]).toEqual([sent, seen.operator.startsWith('accepted') ? 'once' : 'no']);
  });

  it('shows each of the exchanges the project promises to show', () => {
    const shown = rows.map(({ seen }) => `${seen.caller} ${seen.operator}`);
    expect(shown).toEqual(
      expect.arrayContaining([
        '200 accepted, committed',
        '503 accepted, handler-failed',
        '200 accepted (attempt 2), committed',
        '200 + 503 accepted, committed + in-flight',
        '200 accepted (old secret), committed',
        '200 answered, done before',
        '401 bad-signature',
        '401 stale, authentic',
        '401 future, authentic',
        '401 missing-signature',
        '401 malformed-signature',
        '401 missing-timestamp',
        '401 malformed-timestamp',
        '401 unsupported-scheme',
        '401 duplicate-header',
        '403 source-not-allowed',
        '413 body-too-large',
        '405 method-not-allowed',
        '500 misconfigured, warned',
      ]),
    );
    expect(rows.length).toBeGreaterThanOrEqual(30);
  });

  it('prints a table of at most 100 columns, its cells aligned', () => {
    const lines = renderTable(rows, false).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    const at = lines[0]?.indexOf('Caller') ?? -1;
    const cells = lines.slice(3).filter((line) => line.startsWith('  '));
    expect(cells).toHaveLength(rows.length);
    for (const line of cells) expect(line.slice(at - 2, at + 3)).toMatch(/^ {2}\d{3}$/);
    expect(renderTally(rows)).toBe(`${rows.length} of ${rows.length} as expected`);
  });

  it('refuses an argument it does not know', async () => {
    expect(await runDemo('--jsn')).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('the judgement of the demo’s rows', () => {
  const right: Row = {
    group: 'An attacker sends',
    sent: 'a forgery',
    expected: { caller: '401', operator: 'bad-signature', handler: 'no' },
    seen: { caller: '401', operator: 'bad-signature', handler: 'no' },
  };

  it('ends with 1 when one row is wrong on any side, and says where', () => {
    expect(exitStatus([right, right], [])).toBe(0);
    for (const side of ['caller', 'operator', 'handler'] as const) {
      const wrong: Row = { ...right, seen: { ...right.seen, [side]: 'something else' } };
      expect(exitStatus([right, wrong], [])).toBe(1);
      expect(findDifferences(wrong)).toEqual([`${side}: expected ${right.expected[side]}, saw something else`]);
      expect(renderTable([right, wrong], false)).toContain(`! ${wrong.sent}`);
      expect(renderTally([right, wrong])).toBe('1 of 2 as expected');
    }
  });

  it('ends with 1 when nothing was played, or something leaked', () => {
    expect(exitStatus([], [])).toBe(1);
    expect(exitStatus([right], ['a signature'])).toBe(1);
  });

  it('finds a planted secret in what was printed', () => {
    const needles = [
      { name: 'the current secret', text: 'demo-only-planted' },
      { name: 'a body', text: '{"amount":25.00}' },
    ];
    expect(findLeaks('{"log":"verdict","detail":"demo-only-planted"}', needles)).toEqual(['the current secret']);
    expect(findLeaks('{"log":"verdict"}', needles)).toEqual([]);
  });

  const verdict = { log: 'verdict', instance: 'a1', outcome: 'rejected', reason: 'bad-signature', authentic: false };
  const problem = { title: 'Unauthorized', status: 401, instance: 'urn:uuid:a1' };
  const answer = (body: string, status = 401) => ({
    status,
    headers: { 'content-type': 'application/problem+json' },
    body,
  });

  it('sees a handler that ran for a refused delivery', () => {
    const seen = describeSight([answer(JSON.stringify(problem))], [verdict, { log: 'payment' }], '');
    expect(seen).toEqual({ caller: '401', operator: 'bad-signature', handler: 'once' });
  });

  it.each([
    ['the reason', JSON.stringify({ ...problem, detail: 'bad-signature' }), '401, says too much'],
    ['a stack', 'Error: no\n    at handler', '401, no problem+json'],
    ['an id that no record has', JSON.stringify({ ...problem, instance: 'urn:uuid:b2' }), '401, unknown instance'],
    ['another status', JSON.stringify({ ...problem, status: 403 }), '401, tells two statuses'],
  ])('sees a refusal that tells the caller %s', (_, body, caller) => {
    expect(describeSight([answer(body)], [verdict], '').caller).toBe(caller);
  });

  it('sees an acknowledgement with a body, and an operator who was told nothing', () => {
    const seen = describeSight([answer('OK', 200)], [], '');
    expect(seen).toEqual({ caller: '200, with a body', operator: 'nothing', handler: 'no' });
  });
});

describe('the servers of the demo', () => {
  it('end with the demo, also when it is killed', async () => {
    const script = `
      import { startServer } from ${JSON.stringify(new URL('src/demo/server.ts', import.meta.url).href)};
      const { port } = await startServer(${JSON.stringify(new URL('src/demo/parser-first.ts', import.meta.url).href)}, { LIASONPAY_WEBHOOK_SECRET: 'demo-only-secret-of-a-test' });
      console.log(port);
      setInterval(() => {}, 1000);`;
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--conditions=@postern/source', '--input-type=module', '--eval', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [first] = await once(child.stdout.setEncoding('utf8'), 'data');
    const port = Number(first);
    expect(await listens(port)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    await expect.poll(() => listens(port), { timeout: 10_000 }).toBe(false);
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
