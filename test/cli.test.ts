// The real command as a child process: what it prints, where, and how it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Provider, sign } from '@postern/core';
import { github, liasonpay, stripe } from '@postern/core/providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The command, bundled by `bin/command-setup.mjs`. */
const POSTERN = process.env.POSTERN_COMMAND ?? '';
const CORPUS = fileURLToPath(new URL('corpus/deliveries.dev.jsonl', import.meta.url));

const SECRET = 'whsec_test_only_4f1d2c3b5a69788796a5b4c3d2e1f00f';
const OLD_SECRET = 'whsec_test_only_0000111122223333444455556666777f';
const SIGNED_AT = 1_767_225_600;
const BODY = '{"id":"evt_cli_1","type":"invoice.paid","card":"body-marker-4242"}';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
/** Everything any of these runs printed: searched at the end for what must never be there. */
const printed: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function postern(
  args: readonly string[],
  input: string | Buffer = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [POSTERN, ...args], {
    env: {
      PATH: process.env.PATH,
      HOOK_SECRET: SECRET,
      HOOK_SECRET_OLD: OLD_SECRET,
      NODE_ENV: process.env.NODE_ENV,
      ...env,
    },
  });
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk) => chunks.stderr.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  const stdout = Buffer.concat(chunks.stdout).toString();
  const stderr = Buffer.concat(chunks.stderr).toString();
  printed.push(stdout, stderr);
  return { code: code as number | null, stdout, stderr };
}

let files = 0;
async function fileOf(content: string | Buffer): Promise<string> {
  const file = join(folder, `file-${files++}`);
  await writeFile(file, content);
  return file;
}

async function signed(provider: Provider, body = BODY, secret = SECRET): Promise<readonly [string, string][]> {
  return Object.entries(await sign(provider, { secret, body, timestamp: SIGNED_AT }));
}

function rawHttp(headers: readonly (readonly [string, string])[], body = BODY): string {
  const lines = [...headers, ['Content-Length', String(Buffer.byteLength(body))]].map((line) => line.join(': '));
  return `POST /hooks HTTP/1.1\r\nHost: hooks.example.test\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

const FROM_STRIPE = ['--provider', 'stripe', '--secret-env', 'HOOK_SECRET'];

describe.concurrent('postern verify --capture', () => {
  it('accepts a genuine raw HTTP capture, and tells what its signature covers', async () => {
    const file = await fileOf(rawHttp(await signed(stripe())));
    const ended = await postern(['verify', '--capture', file, ...FROM_STRIPE, '--now', 'signed-time']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^accepted: the signature is genuine\n/);
    expect(ended.stdout).toMatch(/secret +HOOK_SECRET\n/);
    expect(ended.stdout).toMatch(/signed at +2026-01-01T00:00:00Z \(1767225600\)\n/);
    expect(ended.stdout).toMatch(/event id +evt_cli_1\n/);
    expect(ended.stdout).toMatch(/signed +body yes, timestamp yes, id yes, type yes\n/);
  });

  it('accepts a JSON capture from standard input, and says so in one line of JSON', async () => {
    const capture = JSON.stringify({
      method: 'POST',
      url: '/hooks',
      headers: await signed(stripe()),
      bodyBase64: Buffer.from(BODY).toString('base64'),
      receivedAt: new Date((SIGNED_AT + 60) * 1000).toISOString(),
    });
    const { code, stdout, stderr } = await postern(['verify', '--capture', '-', ...FROM_STRIPE, '--json'], capture);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      outcome: 'accept',
      provider: 'stripe',
      id: 'evt_cli_1',
      type: 'invoice.paid',
      timestamp: SIGNED_AT,
      secretId: 'HOOK_SECRET',
      covers: { body: true, timestamp: true, id: true, type: true, fields: [], unsigned: [] },
    });
  });

  it('refuses a body that changed by one byte, with the reason and a remedy', async () => {
    const file = await fileOf(rawHttp(await signed(stripe()), BODY.replace('paid', 'pald')));
    const args = ['verify', '--capture', file, ...FROM_STRIPE, '--now', 'signed-time'];
    const human = await postern(args);
    expect(human).toMatchObject({ code: 1, stderr: '' });
    expect(human.stdout).toMatch(/^refused: bad-signature \(the sender is answered 401\)\n/);
    expect(human.stdout).toContain('capture the body raw');
    expect(human.stdout).toMatch(/header stripe-signature +there\n/);
    const machine = await postern([...args, '--json']);
    expect(machine.code).toBe(1);
    expect(JSON.parse(machine.stdout)).toMatchObject({ outcome: 'reject', reason: 'bad-signature', status: 401 });
  });

  it('judges by the clock it is given: unix seconds, ISO 8601, the signed time, or the present', async () => {
    const file = await fileOf(rawHttp(await signed(stripe())));
    const at = (...now: string[]) => postern(['verify', '--capture', file, ...FROM_STRIPE, ...now]);
    expect((await at('--now', String(SIGNED_AT + 300))).code).toBe(0);
    expect((await at('--now', String(SIGNED_AT + 301))).stdout).toMatch(/^refused: stale[\s\S]*--now signed-time/);
    expect((await at('--now', '2025-12-31T23:54:59Z')).stdout).toMatch(/^refused: future/);
    expect((await at('--now', '2026-01-01T02:00:00+02:00')).code).toBe(0);
    expect((await at()).stdout).toMatch(/^refused: stale/);
  });

  it('takes several secrets, and says which one matched', async () => {
    const file = await fileOf(rawHttp(await signed(github(), BODY, OLD_SECRET)));
    const args = ['verify', '--capture', file, '--provider', 'github', '--json', '--secret-env', 'HOOK_SECRET'];
    expect((await postern(args)).code).toBe(1);
    const both = await postern([...args, '--secret-env', 'HOOK_SECRET_OLD']);
    expect(both.code).toBe(0);
    expect(JSON.parse(both.stdout)).toMatchObject({ secretId: 'HOOK_SECRET_OLD' });
  });

  it('passes settings on to the provider', async () => {
    const file = await fileOf(rawHttp(await signed(liasonpay({ format: 'plain' }))));
    const args = ['verify', '--capture', file, '--provider', 'liasonpay', '--secret-env', 'HOOK_SECRET'];
    expect((await postern(args)).code).toBe(1);
    expect((await postern([...args, '--settings', '{"format":"plain"}'])).code).toBe(0);
    const misspelt = await postern([...args, '--settings', '{"formt":"plain"}']);
    expect(misspelt).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Did you mean `format`?') });
  });

  it('escapes what a stranger wrote before it reaches a terminal', async () => {
    const body = JSON.stringify({ id: 'evt\u001b[2J\u202e', type: 'line\nbreak' });
    const file = await fileOf(rawHttp(await signed(stripe(), body), body));
    const { stdout } = await postern(['verify', '--capture', file, ...FROM_STRIPE, '--now', 'signed-time']);
    expect(stdout).toContain('evt\\u001b[2J\\u202e');
    expect(stdout).toContain('line\\u000abreak');
  });

  it('tells a capture it cannot read from a delivery it refuses', async () => {
    const args = ['verify', '--capture', '-', ...FROM_STRIPE];
    const http = rawHttp(await signed(stripe()));
    for (const [input, remedy] of [
      ['', /standard input: capture: it is empty/],
      [http.slice(0, -5), /the capture was cut/],
      ['{"headers":{},"body":{"id":1}}', /the bytes that were signed are gone/],
      [http.split('\r\n\r\n')[0] ?? '', /blank line after the headers is missing/],
    ] as const) {
      const ended = await postern(args, input);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(remedy);
    }
  });
});

describe.concurrent('postern verify, misused', () => {
  const misuses: readonly (readonly [
    what: string,
    args: readonly string[],
    remedy: RegExp,
    env?: Readonly<Record<string, string>>,
  ])[] = [
    ['neither a capture nor cases', [], /give either --capture FILE .* or --cases FILE/],
    ['both a capture and cases', ['--capture', 'a', '--cases', 'b'], /give either --capture/],
    ['options of a capture beside cases', ['--cases', CORPUS, '--provider', 'stripe'], /Leave those options out/],
    ['no provider', ['--capture', '-', '--secret-env', 'HOOK_SECRET'], /--provider: .*Known: ably, adyen-platform/],
    [
      'an unknown provider',
      ['--capture', '-', '--provider', 'strip', '--secret-env', 'HOOK_SECRET'],
      /^postern: --provider: the provider "strip" is not known\. Did you mean stripe\? `postern providers` lists all of them\.$/m,
    ],
    [
      'a provider of another spelling',
      ['--capture', '-', '--provider', 'standardWebhooks'],
      /Did you mean standard-webhooks/,
    ],
    ['no secret', ['--capture', '-', '--provider', 'stripe'], /--secret-env: name the environment variable/],
    [
      'a variable that is not set',
      ['--capture', '-', '--provider', 'stripe', '--secret-env', 'NOT_SET'],
      /NOT_SET is not set/,
    ],
    ['a blank variable', ['--capture', '-', ...FROM_STRIPE], /HOOK_SECRET: this is blank/, { HOOK_SECRET: ' ' }],
    [
      'an API key for a secret',
      ['--capture', '-', ...FROM_STRIPE],
      /another kind of key/,
      { HOOK_SECRET: 'sk_test_not_a_webhook_secret' },
    ],
    [
      'settings that are not JSON',
      ['--capture', '-', ...FROM_STRIPE, '--settings', 'a=b'],
      /--settings: give a JSON object/,
    ],
    [
      'settings that are a list',
      ['--capture', '-', ...FROM_STRIPE, '--settings', '[]'],
      /--settings: give a JSON object/,
    ],
    [
      'a clock in milliseconds',
      ['--capture', '-', ...FROM_STRIPE, '--now', '1767225600000'],
      /--now: give signed-time, unix seconds/,
    ],
    [
      'a clock without its zone',
      ['--capture', '-', ...FROM_STRIPE, '--now', '2026-01-01T00:00'],
      /--now: give signed-time/,
    ],
    ['a file that is not there', ['--cases', 'no/such/file'], /no\/such\/file: there is no such file/],
    ['a folder', ['--cases', tmpdir()], /this is a folder/],
    ['an unknown option', ['--captures', 'x'], /unknown option '--captures'/],
    ['an option without its value', ['--capture'], /argument missing/],
    ['an argument nobody asked for', ['stripe.http'], /too many arguments/],
  ];
  for (const [what, args, remedy, env] of misuses) {
    it(`refuses ${what} with exit status 2, on standard error, with a remedy`, async () => {
      const capture = rawHttp(await signed(stripe()));
      const ended = await postern(['verify', ...args], capture, env);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(remedy);
    });
  }

  it('refuses a secret on the command line, in every place it may be pasted, without echoing it', async () => {
    const verifying = ['verify', '--capture', '-', '--provider', 'stripe'];
    const capture = rawHttp(await signed(stripe()));
    const history = /stays in the shell’s history/;
    const name = /Give the name of the variable/;
    for (const [args, remedy] of [
      [[...verifying, '--secret', SECRET], history],
      [[...verifying, `--secret=${SECRET}`], history],
      [[...verifying, '--secret-env', SECRET], name],
      [[...verifying, '--secret-env', 'dGVzdC1vbmx5LXNlY3JldA+/=='], name],
      [[...verifying, `--secrets=${SECRET}`], /unknown option '--secrets=…/],
      [[...verifying, '--secret-env', 'HOOK_SECRET', '--settings', SECRET], /--settings: give a JSON object/],
    ] as const) {
      const ended = await postern(args, capture);
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(remedy) });
      expect(ended.stderr).not.toContain('test_only');
      expect(ended.stderr).not.toContain('dGVzdC1vbmx5');
    }
  });

  it('refuses an unknown command and a bare call with exit status 2, and shows the help', async () => {
    expect(await postern(['verfy'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean verify?'),
    });
    expect(await postern([])).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: postern') });
  });
});

describe.concurrent('postern --help', () => {
  it('shows a newcomer examples, the providers and the exit statuses', async () => {
    const { code, stdout, stderr } = await postern(['verify', '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of ['Examples:', '--secret-env', 'standard-webhooks', 'Exit status:', '"bodyBase64"'])
      expect(stdout).toContain(word);
    expect(stdout).not.toContain('--secret <value>');
    expect(await postern(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('verify') });
  });

  it('prints the version of its package', async () => {
    const manifest = JSON.parse(await readFile(new URL('../packages/cli/package.json', import.meta.url), 'utf8'));
    expect(await postern(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});

describe.concurrent('postern verify --cases', () => {
  const caseLine = async (fields: object = {}): Promise<string> =>
    JSON.stringify({
      id: 'one',
      provider: 'stripe',
      secrets: [SECRET],
      now: SIGNED_AT,
      request: {
        method: 'POST',
        url: '/hooks',
        headers: await signed(stripe()),
        bodyBase64: Buffer.from(BODY).toString('base64'),
      },
      ...fields,
    });
  const verdictsOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('prints one JSON verdict a line for the whole corpus, in order', async () => {
    const { code, stdout, stderr } = await postern(['verify', '--cases', CORPUS, '--json']);
    expect(code).toBe(0);
    const rows = (await readFile(CORPUS, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const verdicts = verdictsOf(stdout);
    expect(verdicts.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    for (const verdict of verdicts) {
      const handshake = verdict.id === 'slack-ok-challenge' ? ['response'] : [];
      expect(Object.keys(verdict)).toEqual(
        verdict.outcome === 'accept' ? ['id', 'outcome', ...handshake] : ['id', 'outcome', 'reason'],
      );
    }
    expect(stderr).toBe('');
  });

  it('warns of short secrets once, on standard error', async () => {
    const short = { provider: 'github', secrets: ['test-only'] };
    const lines = await Promise.all(['one', 'two', 'three'].map((id) => caseLine({ id, ...short })));
    const { code, stdout, stderr } = await postern(['verify', '--cases', '-', '--json'], lines.join('\n'));
    expect(code).toBe(0);
    expect(verdictsOf(stdout)).toHaveLength(3);
    expect(stderr).toMatch(/^warning: [^\n]*is a key of 9 bytes[^\n]*\n$/);
  });

  it('shows a person a table, and exits with 0 when all came out as expected', async () => {
    const { code, stdout } = await postern(['verify', '--cases', CORPUS]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^provider +as expected +right either way$/m);
    expect(stdout).toMatch(/^all +479 +39$/m);
    expect(stdout).toMatch(/^518 cases, none wrong\.$/m);
  });

  it('names each case that came out otherwise, and exits with 1; as JSON it only reports', async () => {
    const lines = [
      await caseLine({ id: 'right', expect: 'accept', class: 'ok' }),
      await caseLine({ id: 'outcome', expect: 'reject', class: 'stale' }),
      await caseLine({
        id: 'reason',
        now: SIGNED_AT + 301,
        expect: 'reject',
        class: 'future',
        classes_ok: ['bad-signature'],
      }),
      await caseLine({
        id: 'other-reason',
        now: SIGNED_AT + 301,
        expect: 'reject',
        class: 'future',
        classes_ok: ['stale'],
      }),
      await caseLine({ id: 'either', expect: 'reject', class: 'stale', lenient_ok: true }),
      await caseLine({ id: 'unstated' }),
    ].join('\n');
    const { code, stdout } = await postern(['verify', '--cases', '-'], lines);
    expect(code).toBe(1);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'WRONG  line 2: expected reject stale, got accept  outcome',
      'WRONG  line 3: expected reject future bad-signature, got reject stale  reason',
      'accept  unstated',
    ]);
    expect(stdout).toContain('6 cases, 2 wrong.');
    expect((await postern(['verify', '--cases', '-', '--json'], lines)).code).toBe(0);
  });

  it('prints unknown providers as an outcome, names that only look like exports included, and exits with 0', async () => {
    const names = ['nobody', 'constructor', '__proto__', 'standardWebhooks', 'to-string'];
    const lines = await Promise.all(names.map((provider) => caseLine({ id: provider, provider })));
    const { code, stdout } = await postern(['verify', '--cases', '-', '--json'], lines.join('\n'));
    expect(code).toBe(0);
    expect(verdictsOf(stdout)).toEqual(names.map((id) => ({ id, outcome: 'unknown-provider' })));
    const human = await postern(['verify', '--cases', '-'], lines.join('\n'));
    expect(human).toMatchObject({ code: 0, stdout: expect.stringContaining('Not judged, 5 of providers') });
  });

  it('judges by the case’s own clock, settings and secrets', async () => {
    const lines = [
      await caseLine({ id: 'at the edge', now: SIGNED_AT + 300 }),
      await caseLine({ id: 'stale', now: SIGNED_AT + 301 }),
      await caseLine({ id: 'wider', now: SIGNED_AT + 301, settings: { toleranceSeconds: 600 } }),
      await caseLine({ id: 'future', now: SIGNED_AT - 301 }),
      await caseLine({ id: 'signed time', now: null }),
      await caseLine({ id: 'second secret', secrets: [OLD_SECRET, { id: 'new', value: SECRET }] }),
      await caseLine({ id: 'other secret', secrets: [OLD_SECRET] }),
      await caseLine({ id: 'blank secret', secrets: [' '] }),
      await caseLine({ id: 'no secret', secrets: [] }),
      await caseLine({ id: 'unknown setting', settings: { tolerance: 1 } }),
    ].join('\r\n');
    const { code, stdout } = await postern(['verify', '--cases', '-', '--json'], `\ufeff${lines}`);
    expect(code).toBe(0);
    expect(verdictsOf(stdout).map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      'accept',
      'stale',
      'accept',
      'future',
      'accept',
      'accept',
      'bad-signature',
      'misconfigured',
      'misconfigured',
      'misconfigured',
    ]);
  });

  it('reads a large body that is described, and a line that holds U+2028', async () => {
    const body = 'ab'.repeat(300_000);
    const request = { method: 'POST', url: '/', headers: await signed(github(), body) };
    const fields = { provider: 'github', note: 'one\u2028line' };
    const repeat = { base64: Buffer.from('abab').toString('base64'), count: 150_000 };
    const line = await caseLine({ ...fields, request: { ...request, body: { repeat } } });
    const cut = await caseLine({ ...fields, request: { ...request, body: { repeat: { ...repeat, count: 149_999 } } } });
    const { code, stdout } = await postern(['verify', '--cases', '-', '--json'], `${line}\n\n${cut}\n`);
    expect({ code, outcomes: verdictsOf(stdout).map(({ outcome }) => outcome) }).toEqual({
      code: 0,
      outcomes: ['accept', 'reject'],
    });
  });

  it('exits with 2 for lines it cannot read, says where and why without quoting them, and judges the others', async () => {
    const request = { method: 'POST', url: '/', headers: [['X', 'y']], bodyBase64: '' };
    const broken: readonly (readonly [string, string])[] = [
      [`{"secrets":["${SECRET}"`, 'not one line of JSON'],
      ['[]', 'not a JSON object'],
      [await caseLine({ id: undefined }), 'id: give text'],
      [await caseLine({ now: undefined }), 'now: give the clock'],
      [await caseLine({ now: '1767225600' }), 'now: give the clock'],
      [await caseLine({ secrets: SECRET }), 'secrets: give a list'],
      [await caseLine({ expect: 'maybe' }), 'expect: give'],
      [await caseLine({ request: undefined }), 'request: this is not'],
      [await caseLine({ request: { ...request, bodyBase64: '=' } }), 'bodyBase64 is not padded base64'],
      [await caseLine({ request: { ...request, headers: [['X', '\u0100']] } }), 'not latin1'],
    ];
    const last = await caseLine({ id: 'last' });
    const { code, stdout, stderr } = await postern(
      ['verify', '--cases', '-', '--json'],
      [...broken.map(([line]) => line), last].join('\n'),
    );
    expect(code).toBe(2);
    expect(verdictsOf(stdout)).toEqual([{ id: 'last', outcome: 'accept' }]);
    for (const [index, [, problem]] of broken.entries())
      expect(stderr).toMatch(new RegExp(`line ${index + 1}: .*${problem}`));
    const invalid = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect((await postern(['verify', '--cases', '-', '--json'], invalid)).stderr).toContain(
      'not one line of JSON in UTF-8',
    );
    expect(await postern(['verify', '--cases', '-'], '\n')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no case'),
    });
  });

  it('judges each line as it comes, without waiting for the end of the file', async () => {
    const child = spawn(process.execPath, [POSTERN, 'verify', '--cases', '-', '--json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.write(`${await caseLine({ id: 'first' })}\n`);
    const [first] = await once(child.stdout, 'data');
    expect(String(first)).toBe('{"id":"first","outcome":"accept"}\n');
    child.stdin.end(await caseLine({ id: 'second' }));
    const [second] = await once(child.stdout, 'data');
    expect(String(second)).toBe('{"id":"second","outcome":"accept"}\n');
    expect((await once(child, 'close'))[0]).toBe(0);
  });

  it('ends quietly when its reader leaves', async () => {
    const line = await caseLine();
    const child = spawn(process.execPath, [POSTERN, 'verify', '--cases', '-', '--json'], { stdio: 'pipe' });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${line}\n`);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.end(`${line}\n`.repeat(2_000));
    expect((await once(child, 'close'))[0]).toBe(0);
    expect(stderr).toBe('');
  });
});

describe('whatever it was asked', () => {
  it('has printed no secret, no signature and no body', async () => {
    const [header] = await signed(stripe());
    const signature = /v1=([0-9a-f]{64})/.exec(header?.[1] ?? '')?.[1] ?? '';
    expect(signature).toHaveLength(64);
    const [changed] = await signed(stripe(), BODY.replace('paid', 'pald'));
    const expected = /v1=([0-9a-f]{64})/.exec(changed?.[1] ?? '')?.[1] ?? '';
    const secrets = [SECRET, OLD_SECRET, 'test_only', signature, expected, 'body-marker'];
    const leaks = (texts: readonly string[]) => secrets.filter((secret) => texts.some((text) => text.includes(secret)));
    expect(printed.length).toBeGreaterThan(60);
    expect(leaks(printed)).toEqual([]);
    expect(leaks(['a planted body-marker-4242'])).toEqual(['body-marker']);
  });
});
