// `postern ranges`, as a child process: what is printed is what nginx and Terraform read.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowlist } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { describe, expect, it } from 'vitest';
import { describeProviders } from '../../packages/cli/src/describe-provider.ts';

/** The command, bundled by `bin/command-setup.mjs`. */
const POSTERN = process.env.POSTERN_COMMAND ?? '';
const PUBLISHED = github().addresses?.ranges ?? [];
const hasNginx = spawnSync('nginx', ['-v']).status === 0;

function ranges(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [POSTERN, 'ranges', ...args], { encoding: 'utf8' });
  return { status, lines: stdout.split('\n').slice(0, -1), stdout, stderr };
}

const withoutComments = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('#'));

describe('postern ranges', () => {
  it('prints one range a line, with the page and the day as comments', () => {
    const { status, lines, stderr } = ranges('github');
    expect([status, stderr]).toEqual([0, '']);
    expect(withoutComments(lines)).toEqual(PUBLISHED);
    const comments = lines.filter((line) => line.startsWith('#')).join('\n');
    expect(comments).toMatch(/github: .*2026-\d\d-\d\d/);
    expect(comments).toContain('https://docs.github.com/');
    expect(comments).toContain('https://api.github.com/meta');
  });

  it('prints rules that end with a refusal, for nginx', () => {
    const { lines } = ranges('github', '--format', 'nginx');
    expect(withoutComments(lines)).toEqual([...PUBLISHED.map((range) => `allow ${range};`), 'deny all;']);
  });

  it.runIf(hasNginx)('prints what nginx reads, where nginx is installed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-nginx-'));
    try {
      const { stdout } = ranges('svix', '--format', 'nginx');
      writeFileSync(
        join(folder, 'nginx.conf'),
        `pid ${folder}/pid; error_log ${folder}/log; events {} http { access_log off; server { listen 127.0.0.1:1; location / {\n${stdout}} } }\n`,
      );
      const check = () =>
        spawnSync('nginx', ['-t', '-q', '-p', folder, '-c', join(folder, 'nginx.conf')], { encoding: 'utf8' });
      expect(check()).toMatchObject({ status: 0 });
      // The check can fail.
      writeFileSync(join(folder, 'nginx.conf'), `events {} http { server { location / {\nallow nobody;} } }\n`);
      expect(check().status).not.toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('prints lists for Terraform, IPv6 apart', () => {
    const { lines } = ranges('customer-io', '--format', 'terraform');
    const text = withoutComments(lines).join('\n');
    expect(text).toMatch(
      /^locals \{\n {2}customer_io_webhook_cidr_blocks = \[\n( {4}"[\d./]+",\n)+ {2}\]\n {2}customer_io_webhook_ipv6_cidr_blocks = \[\]\n\}$/,
    );
    const both = withoutComments(ranges('github', '--format', 'terraform').lines);
    const at = both.indexOf('  github_webhook_ipv6_cidr_blocks = [');
    const listed = (part: readonly string[]) => part.flatMap((line) => /^ {4}"(.*)",$/.exec(line)?.[1] ?? []);
    expect(listed(both.slice(0, at))).toEqual(PUBLISHED.filter((range) => !range.includes(':')));
    expect(listed(both.slice(at))).toEqual(PUBLISHED.filter((range) => range.includes(':')));
    for (const range of listed(both)) expect(isIP(range.split('/')[0] ?? '')).toBeGreaterThan(0);
  });

  it('prints one object as JSON', () => {
    const { stdout } = ranges('github', '--format', 'json');
    const { provider, asOf, source, list, ipv4, ipv6 } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ provider, asOf, source, list }).toEqual({
      provider: 'github',
      asOf: github().addresses?.asOf,
      source: github().addresses?.source,
      list: 'https://api.github.com/meta',
    });
    expect([...(ipv4 as string[]), ...(ipv6 as string[])].sort()).toEqual([...PUBLISHED].sort());
  });

  it.each([
    ['an unknown name', ['gitbub'], /Did you mean github\?/],
    ['a name of a member', ['constructor'], /not known/],
    ['a provider without ranges', ['shopify'], /shopify publishes no addresses .* only its signature says who it is/],
    [
      'a provider that signs nothing',
      ['pesapal'],
      /pesapal publishes no addresses .* it proves nothing, .* use confirm/,
    ],
    ['a provider that has a token', ['aircall'], /only its token says who it is/],
    ['a provider that publishes hosts', ['payfast'], /www\.payfast\.co\.za/],
    ['a provider that publishes a list', ['mollie'], /https:\/\/ip-ranges\.mollie\.com\/ips\.txt/],
    ['an unknown format', ['github', '--format', 'yaml'], /cidr, nginx, terraform, json/],
    ['no name', [], /missing required argument/],
  ])('says in a sentence why it cannot print for %s', (_, args, sentence) => {
    const { status, stdout, stderr } = ranges(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
  });
});

it('every list in the data can be an allowlist', () => {
  const published = describeProviders().flatMap(({ name, addresses }) => (addresses ? [{ name, ...addresses }] : []));
  expect(published.length).toBeGreaterThan(20);
  for (const { name, ranges: list } of published)
    if (list.length > 0) expect(() => allowlist(list), name).not.toThrow();
});
