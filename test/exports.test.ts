// What users can import is a promise: a name that comes or goes is a decision, written down here.
import * as core from '@postern/core';
import * as fetchDoor from '@postern/core/fetch';
import * as node from '@postern/core/node';
import * as providers from '@postern/core/providers';
import * as express from '@postern/express';
import * as fastify from '@postern/fastify';
import * as next from '@postern/next';
import * as nextPages from '@postern/next/pages';
import * as testing from '@postern/testing';
import { describe, expect, it } from 'vitest';
import { exportsOf, isProgram, parse, workspaceFiles } from './workspace.ts';

interface Door {
  readonly file: string;
  readonly loaded: object;
  readonly values: readonly string[];
  readonly types: readonly string[];
}

const DOORS: Readonly<Record<string, Door>> = {
  '@postern/core': {
    file: 'packages/core/src/index.ts',
    loaded: core,
    values: [
      'ConfigurationError',
      'VerificationError',
      'allowlist',
      'assertVerified',
      'checkFreshness',
      'createReceiver',
      'createVerifier',
      'defineProvider',
      'fromEnv',
      'hmac',
      'isConfigurationError',
      'memoryStore',
      'parseCapture',
      'runHandler',
      'sign',
      'verify',
      'verifySignature',
    ],
    types: [
      'Acknowledgement',
      'Allowlist',
      'Answer',
      'BodyFailure',
      'BodyLimits',
      'Capture',
      'ClaimRequest',
      'ClaimResult',
      'ClaimStore',
      'ConfigurationErrorCode',
      'Covers',
      'Delivery',
      'Exchange',
      'Field',
      'HandlerRun',
      'HeaderLines',
      'HmacDigest',
      'HmacOptions',
      'MemoryStore',
      'MemoryStoreOptions',
      'Provider',
      'ProviderData',
      'Reason',
      'Receiver',
      'ReceiverOptions',
      'ReceiverTraits',
      'Reception',
      'Rejected',
      'RequestHead',
      'SchemaOutput',
      'SchemaResult',
      'Scheme',
      'SecretEntry',
      'SecretForm',
      'SecretSource',
      'Secrets',
      'SettledRecord',
      'SignOptions',
      'SignatureHeader',
      'SignatureVerdict',
      'StandardSchema',
      'Tolerance',
      'Verdict',
      'VerdictRecord',
      'VerificationOptions',
      'Verifier',
      'VerifyOptions',
      'WarningCode',
    ],
  },
  '@postern/core/node': {
    file: 'packages/core/src/node.ts',
    loaded: node,
    values: ['guardNode', 'handleNode', 'hardenServer', 'keepRawBody', 'webhook'],
    types: ['HardenServerOptions', 'NodeListener', 'NodeRequest', 'NodeTraits', 'WebhookHandler', 'WebhookOptions'],
  },
  '@postern/core/fetch': {
    file: 'packages/core/src/fetch.ts',
    loaded: fetchDoor,
    values: ['fromLambdaEvent', 'lambdaClientAddress', 'toLambdaResult', 'webhook'],
    types: [
      'ClientAddress',
      'FetchHandler',
      'LambdaEvent',
      'LambdaResult',
      'Placement',
      'WebhookHandler',
      'WebhookOptions',
    ],
  },
  '@postern/core/providers': {
    file: 'packages/core/src/providers/index.ts',
    loaded: providers,
    values: ['github', 'liasonpay', 'shopify', 'slack', 'standardWebhooks', 'stripe'],
    types: ['GithubSettings', 'LiasonpaySettings'],
  },
  '@postern/express': {
    file: 'packages/express/src/index.ts',
    loaded: express,
    values: ['keepRawBody', 'webhook'],
    types: ['WebhookHandler', 'WebhookOptions'],
  },
  '@postern/fastify': {
    file: 'packages/fastify/src/index.ts',
    loaded: fastify,
    values: ['webhook', 'webhookScope'],
    types: ['WebhookHandler', 'WebhookOptions'],
  },
  '@postern/next': {
    file: 'packages/next/src/index.ts',
    loaded: next,
    values: ['webhook'],
    types: ['RouteContext', 'RouteHandler', 'WebhookHandler', 'WebhookOptions'],
  },
  '@postern/next/pages': {
    file: 'packages/next/src/pages.ts',
    loaded: nextPages,
    values: ['webhook'],
    types: ['WebhookHandler', 'WebhookOptions'],
  },
  '@postern/testing': {
    file: 'packages/testing/src/index.ts',
    loaded: testing,
    values: ['adapterCases', 'checkDifferences'],
    types: ['AdapterCase', 'Difference', 'Mount', 'MountHandler', 'Reply', 'RunningServer', 'Sight', 'Spoiling'],
  },
};

const files = workspaceFiles();

describe.each(Object.entries(DOORS))('%s', (_, { file, loaded, values, types }) => {
  it('exports these values and no others', () => {
    expect(Object.keys(loaded).sort()).toEqual(values);
  });

  it('exports these types and no others', () => {
    const source = files.find(({ path }) => path === file);
    if (source === undefined) throw new Error(`there is no ${file}`);
    const exported = exportsOf(parse(source));
    expect(exported.filter(({ kind }) => kind === 'value').map(({ name }) => name)).toEqual(values);
    expect(exported.filter(({ kind }) => kind === 'type').map(({ name }) => name)).toEqual(types);
  });
});

it('knows every door there is', () => {
  const doors = files.filter(
    (file) =>
      isProgram(file) &&
      /^packages\/[^/]+\/src\/(?:[^/]+|providers\/index)\.ts$/.test(file.path) &&
      !file.path.endsWith('.test.ts') &&
      !file.path.startsWith('packages/cli/'),
  );
  expect(doors.map(({ path }) => path)).toEqual(
    Object.values(DOORS)
      .map(({ file }) => file)
      .sort(),
  );
});
