// `postern providers`, as a child process: what is known of each provider, for programs and for people.
import { spawnSync } from 'node:child_process';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { ProviderDescription } from '../packages/cli/src/describe-provider.ts';
import { nearestName } from '../packages/cli/src/nearest-name.ts';
import { neededSettings } from '../packages/cli/src/needed-settings.ts';
import { nodesOf, parse, type Source, workspaceFiles } from './workspace.ts';

/** The command, bundled by `bin/command-setup.mjs`. */
const POSTERN = process.env.POSTERN_COMMAND ?? '';
const FOLDER = 'packages/core/src/providers/';

function providers(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [POSTERN, 'providers', ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The members without which its settings are refused by the compiler. */
function requiredSettings({ tree }: Source): readonly string[] {
  const nodes = [...nodesOf(tree)];
  const settings = nodes.filter(ts.isFunctionDeclaration).flatMap(({ parameters }) => [...parameters])[0];
  if (settings === undefined || settings.initializer !== undefined) return [];
  const own = nodes
    .filter(ts.isPropertySignature)
    .filter(({ questionToken, parent }) => questionToken === undefined && ts.isInterfaceDeclaration(parent))
    .map(({ name }) => name.getText());
  const urls = nodes.some(
    (node) =>
      (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) && node.getText() === 'UrlSettings',
  );
  return [...own, ...(urls ? ['publicUrl'] : [])].sort();
}

describe('postern providers --json', () => {
  const { status, stdout, stderr } = providers('--json');
  const all = JSON.parse(stdout) as readonly ProviderDescription[];
  const named = (name: string) => all.find((one) => one.name === name);

  it('prints one line, an array of at least 160, and ends with 0', () => {
    expect({ status, stderr, lines: stdout.split('\n').length }).toEqual({ status: 0, stderr: '', lines: 2 });
    expect(all.length).toBeGreaterThanOrEqual(160);
  });

  it('names each definition once, in the order of the names', () => {
    const names = all.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('says of each its kind, its proof and its vendor’s page', () => {
    const lacking = all.filter(
      ({ kind, proof = '', docs = '' }) =>
        !/^[a-z0-9-]+$/.test(kind) || !['published', 'sdk', 'recipe'].includes(proof) || !/^https:\/\//.test(docs),
    );
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  it('holds no empty noise', () => {
    const empty = all.flatMap((one) =>
      Object.entries(one).filter(([, value]) => value === null || value === '' || JSON.stringify(value) === '{}'),
    );
    expect(empty).toEqual([]);
  });

  it('says what is signed, where the id stands and how old a delivery may be', () => {
    expect(named('stripe')).toEqual({
      name: 'stripe',
      kind: 'hmac',
      proof: 'published',
      docs: 'https://docs.stripe.com/webhooks/signature',
      toleranceSeconds: { past: 300, future: 300 },
      eventId: { json: 'id' },
      eventType: [{ json: 'type' }],
      covers: { body: true, timestamp: true, id: false, fields: [] },
      unsigned: [],
      headers: ['stripe-signature'],
      secrets: 'shared',
      retryHours: 72,
      methods: ['POST'],
      maxBodyBytes: 1_048_576,
      environment: { json: 'livemode', live: 'true', sandbox: 'false' },
      addresses: expect.objectContaining({ asOf: '2026-05-15', source: 'https://docs.stripe.com/ips' }),
    });
  });

  it('says what is not signed, and what is answered where that is not the default', () => {
    expect(named('adyen-standard')).toMatchObject({
      unsigned: ['eventDate', 'reason', 'paymentMethod', 'live'],
      acknowledgement: { status: 200, body: '[accepted]' },
    });
  });

  it('describes a provider that needs settings, and names them', () => {
    expect(named('square')).toMatchObject({ settings: { publicUrl: 'https://example.com/webhooks' } });
  });

  it('says of every address list when it was read, and where', () => {
    for (const { addresses } of all)
      if (addresses !== undefined) {
        const { ranges, hosts = [], list = '' } = addresses;
        expect(ranges.length + hosts.length + list.length).toBeGreaterThan(0);
        for (const url of [addresses.source, list].filter((one) => one !== '')) expect(url).toMatch(/^https:/);
        expect(addresses.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      }
  });
});

it('prints a table for people', () => {
  const { status, stdout } = providers();
  const lines = stdout.trimEnd().split('\n');
  expect(status).toBe(0);
  expect(lines[0]).toMatch(/^name +kind +time +proof +event id +signed$/);
  expect(lines).toContainEqual(expect.stringMatching(/^stripe +hmac +300 s +published +id in the body +the body$/));
});

it('prints one provider in detail', () => {
  const { status, stdout } = providers('square');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^name +square\nkind +hmac\nproof +published\n/);
  expect(stdout).toMatch(/^needs publicUrl +as https:\/\/example\.com\/webhooks$/m);
  expect(stdout).not.toContain('undefined');
});

it('prints one provider as the entry of the array', () => {
  expect(JSON.parse(providers('github', '--json').stdout)).toMatchObject({ name: 'github', kind: 'hmac' });
});

it('refuses an unknown name with 2, and says which was probably meant', () => {
  const { status, stdout, stderr } = providers('twillio');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('"twillio" is not known. Did you mean twilio?');
});

it.each(['constructor', '__proto__', 'toString', ''])('takes %j for no provider', (name) => {
  expect(providers(name)).toMatchObject({ status: 2, stdout: '' });
});

it.each([
  ['strip', 'stripe'],
  ['Stripe', 'stripe'],
  ['stirpe', 'stripe'],
  ['twillio', 'twilio'],
  ['nothing-like-it', undefined],
])('takes %s for %s', (given, meant) => {
  expect(nearestName(given, ['paypal-ipn', 'stripe', 'twilio'])).toBe(meant);
});

it('knows the settings that each provider needs', () => {
  const files = workspaceFiles().filter(({ path }) => path.startsWith(FOLDER) && !/(?:\.test|\/index)\.ts$/.test(path));
  const said = files.map(({ path }) => {
    const name = path.slice(FOLDER.length, -3);
    return [name, Object.keys(neededSettings(name)).sort()];
  });
  expect(said).toEqual(files.map((file) => [file.path.slice(FOLDER.length, -3), requiredSettings(parse(file))]));
});
