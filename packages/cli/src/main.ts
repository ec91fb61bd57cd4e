#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { isConfigurationError } from '@postern/core';
import { Command, CommanderError, Option } from 'commander';
import { type AuditFlags, audit } from './audit.ts';
import { providerNames } from './known-providers.ts';
import { listProviders } from './list-providers.ts';
import { Misuse } from './misuse.ts';
import { createOutput } from './output.ts';
import { printRanges, RANGE_FORMATS, type RangeFormat } from './print-ranges.ts';
import { verifyCapture } from './verify-capture.ts';
import { verifyCases } from './verify-cases.ts';
import { tellWarningsOnce } from './warnings.ts';

const EXAMPLES = `
Examples:
  Is this stored delivery genuine? The secret is in the environment; the command line only names its variable.
    $ postern verify --capture delivery.http --provider stripe --secret-env STRIPE_WEBHOOK_SECRET --now signed-time

  From a pipe, under either of two secrets, for a program to read.
    $ cat delivery.json | postern verify --capture - --provider github \\
        --secret-env GITHUB_SECRET --secret-env GITHUB_SECRET_OLD --json

  A provider with a setting.
    $ postern verify --capture ipn.json --provider liasonpay --secret-env LIASONPAY_WEBHOOK_SECRET \\
        --settings '{"format":"plain"}'

  A whole file of cases, one JSON object a line.
    $ postern verify --cases deliveries.jsonl
    $ postern verify --cases deliveries.jsonl --json | grep '"reject"'

A capture is a raw HTTP request (request line, headers, blank line, body), or JSON:
  { "method": "POST", "url": "/hooks", "headers": [["Name", "value"], …], "bodyBase64": "…" }

Providers: ${providerNames().join(', ')}

Exit status:
  0  accepted; with --cases: every line judged (and, without --json, as the file expects)
  1  refused; with --cases and without --json: something came out otherwise than the file expects
  2  the command, a file or a secret is not usable; the message says what to do
`;

interface VerifyFlags {
  readonly cases?: string;
  readonly capture?: string;
  readonly provider?: string;
  readonly secretEnv?: readonly string[];
  readonly settings?: string;
  readonly now?: string;
  readonly secret?: string;
  readonly json?: boolean;
}

const DOCTOR_STATUS = `
Exit status:
  0  nothing was found, or notes alone
  1  something was found
  2  the command is not usable; the message says what to do
`;

interface DoctorFlags {
  readonly env?: readonly string[];
  readonly json?: boolean;
  readonly network: boolean;
  readonly timeServer: string;
  readonly url?: string;
}

const streams = { out: createOutput(process.stdout), err: createOutput(process.stderr) };
tellWarningsOnce();

const program = new Command('postern')
  .description('Judges webhook deliveries: genuine, fresh, and as the provider would have sent them.')
  .version(version(), '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this')
  .exitOverride()
  // A mistyped --secret=VALUE must not be echoed with its value.
  .configureOutput({ outputError: (text, write) => write(text.replace(/(--?[\w-]+)=[^\n]*/g, '$1=…')) });

program
  .command('verify')
  .summary('judge captured deliveries')
  .description(
    'Judges captured deliveries by signature and signed time alone: no store, no address list, no network.\nA refusal is explained. No secret, computed signature or body is ever printed.',
  )
  .option('--capture <file>', 'one captured request, raw HTTP or JSON; - for standard input')
  .option('--provider <name>', 'who sent it')
  .option('--secret-env <name>', 'environment variable with the signing secret; repeat it for several', collect)
  .option('--settings <json>', 'settings of the provider')
  .option(
    '--now <time>',
    'clock to judge by: signed-time, unix seconds, or ISO 8601 (default: when it was captured, else the present)',
  )
  .option('--cases <file>', 'a file of cases, one JSON object a line; - for standard input')
  .option('--json', 'print JSON, one object a line')
  .addOption(new Option('--secret <value>').hideHelp())
  .addHelpText('after', EXAMPLES)
  .action(async (flags: VerifyFlags) => {
    process.exitCode = await verifyCommand(flags);
  });

program
  .command('providers')
  .summary('list what is known of each provider')
  .description(
    'Lists the registered providers, or all that is known of one: what it signs and leaves open, its times, ids, retries and addresses, the settings it needs, and how that is proven.',
  )
  .argument('[name]', 'a registered name')
  .option('--json', 'print JSON: an array of all, or the object of one')
  .action(async (name: string | undefined, { json = false }: { readonly json?: boolean }) => {
    process.exitCode = await listProviders(name, json, streams);
  });

program
  .command('audit')
  .summary('tell what a secret let in')
  .description(
    'Reads audit logs, written by auditLog of @postern/core/audit, and tells what a secret let in: each accepted event and how its run ended, by when it came, from where, and what was refused beside it.\nWithout --secret: what came to each endpoint, and which secrets were used.',
  )
  .argument('<files...>', 'audit logs, compressed by gzip or not; - for standard input')
  .option('--secret <id>', 'the id of the secret (secretId in the records), never its value')
  .option('--since <time>', '30m, 2h, 7d or 2w before now, a day, or ISO 8601 with its zone; included')
  .option('--until <time>', 'likewise')
  .option('--endpoint <name>', 'this endpoint alone')
  .option('--json', 'print one JSON object')
  .action(async (files: readonly string[], flags: AuditFlags) => {
    process.exitCode = await audit(files, flags, streams, Date.now());
  });

program
  .command('ranges')
  .summary('print where a provider sends from')
  .description(
    'Prints the ranges that a provider publishes, as they stand in its data, with the page and the day they were read: for a firewall or a proxy. No network is used.\nExit status: 0, or 2 where the provider is not known or publishes none.',
  )
  .argument('<provider>', 'a registered name')
  .addOption(new Option('--format <format>', 'how they are written').choices(RANGE_FORMATS).default('cidr'))
  .action(async (name: string, { format }: { readonly format: RangeFormat }) => {
    process.exitCode = await printRanges(name, format, streams);
  });

program
  .command('doctor')
  .summary('check a project against the production checklists')
  .description(
    'Reads a project and its environment files, and answers the security checklists of the providers: secrets, environments, TLS, proxies,\nlimits, stores, logs. It changes nothing and never prints a value: a finding names a variable, a file and a line.',
  )
  .argument('[dir]', 'the project’s folder', '.')
  .option('--env <file>', 'an environment file outside the project; repeat it for several', collect)
  .option('--url <address>', 'the endpoint’s public https address: its TLS is looked at from here')
  .option('--time-server <host[:port]>', 'the time source to hold the clock against, by NTP', 'pool.ntp.org')
  .option('--no-network', 'ask no time source')
  .option('--json', 'print JSON: { findings, checks }')
  .addHelpText('after', DOCTOR_STATUS)
  .action(async (folder: string, flags: DoctorFlags) => {
    const { env: envFiles = [], json = false, network, timeServer, url } = flags;
    // Only here: it brings a parser along, which the other commands do without.
    const { runDoctor } = await import('./doctor/run-doctor.ts');
    process.exitCode = await runDoctor({ folder, envFiles, json, network, timeServer, url }, streams);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await report(error);
}

async function verifyCommand(flags: VerifyFlags): Promise<number> {
  const { cases, capture, json = false, secretEnv = [], provider, settings, now } = flags;
  if (flags.secret !== undefined)
    throw new Misuse(
      'a secret on the command line stays in the shell’s history and the process list. Put it in an environment variable and name that: --secret-env NAME. Treat the one just given as seen.',
    );
  if ((cases === undefined) === (capture === undefined))
    throw new Misuse('give either --capture FILE (one delivery) or --cases FILE (a file of cases).');
  if (capture !== undefined) return verifyCapture({ file: capture, provider, secretEnv, settings, now, json }, streams);
  if (provider !== undefined || secretEnv.length > 0 || settings !== undefined || now !== undefined)
    throw new Misuse(
      '--cases: every case names its own provider, secrets, settings and clock. Leave those options out.',
    );
  return verifyCases(cases ?? '-', json, streams);
}

/** Tells what stopped the command. Its own usage errors and help Commander has printed already. */
async function report(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Misuse) await streams.err.line(`postern: ${error.message}`);
  else if (isConfigurationError(error)) await streams.err.line(`postern: ${error.message}\nSee ${error.help}`);
  else
    await streams.err.line(
      `postern: this is a defect of postern: ${error instanceof Error ? error.stack : 'unknown error'}`,
    );
  return 2;
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
