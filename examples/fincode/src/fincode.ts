import { defineProvider, type Provider, staticToken } from '@postern/core';
import { type Confirm, confirmWith, type Credential } from '@postern/core/confirm';
import { readSealingKey, sealFields } from '@postern/core/fields';
import { createOutbound, type Outbound } from '@postern/core/outbound';

/** Which system, and whose. */
export interface Tenant {
  readonly environment: 'sandbox' | 'live';
  /** The first word of the host name. */
  readonly tenant: string;
}

const HEADERS = { platform: 'fincode', uuid: '200' };

/**
 * FinCode's webhooks, with a token of ours in their URL. What FinCode itself proves by is not documented, so the token keeps strangers
 * out, and what a webhook says is asked for again.
 */
export function fincodeWithToken(): Provider {
  return defineProvider({
    name: 'fincode-with-token',
    docs: 'https://docs.fincode.technology/api/webhooks',
    scheme: staticToken({ token: { query: 'token' } }),
    eventType: { json: 'eventType' },
    unsigned: ['everything'],
  });
}

/**
 * Asks FinCode for the transaction that a webhook names.
 *
 * This is `confirmWith`, since the token of this example is in the URL; with `fincode()` or `fincodeToken()`, core's `fincodeConfirm` takes a
 * look-up of your own. `lookup` and `answer` are the two places that know your API: FinCode's pages, as far as they could be read, name the headers and the
 * statuses, and no look-up. Hold both against what your sandbox answers.
 */
export function confirmFincode(
  { tenant, statusPath }: Omit<Tenant, 'environment'> & { readonly statusPath: string },
  credentials: { readonly apiToken: Credential },
  options: { readonly outbound?: Outbound | undefined } = {},
): Confirm {
  if (!statusPath.startsWith('/') || !statusPath.includes('{id}') || statusPath.startsWith('/your-'))
    throw new Error('FINCODE_STATUS_PATH: give the path of a look-up, with {id} in it, from your API reference.');
  const reference = { at: { json: 'reference' }, pattern: /[\w-]{1,64}/ } as const;
  return confirmWith(
    {
      provider: 'fincode-with-token',
      docs: 'https://docs.fincode.technology/api/authentication',
      base: { live: baseOf({ environment: 'live', tenant }), sandbox: baseOf({ environment: 'sandbox', tenant }) },
      notice: { id: reference, reference },
      credentials: ['apiToken'],
      lookup: { path: statusPath, headers: { 'x-auth-token': '{apiToken}', ...HEADERS } },
      answer: {
        unknown: { http: [404] },
        reference: 'data.reference',
        amount: 'data.amount',
        currency: 'data.currency',
        status: 'data.status',
        statuses: { paid: ['PAID'], failed: ['FAILED', 'CANCELLED'], pending: ['PENDING', 'PROCESSING'] },
      },
    },
    { ...credentials },
    options,
  );
}

/** A client for FinCode's API that seals what must be sealed. */
export interface Fincode {
  /** Posts a payload, with the fields at these paths sealed. @returns the JSON that FinCode answers @throws FieldError and ConfigurationError of `sealFields` */
  post(path: string, payload: object, sealed: readonly string[]): Promise<unknown>;
}

/** Makes the client. @throws ConfigurationError for a public key that is none, is private, or is too short */
export function createFincode(
  options: Tenant & {
    readonly apiToken: string;
    readonly publicKey: string | undefined;
    readonly mgf1?: 'sha256' | 'sha1' | undefined;
    readonly outbound?: Outbound | undefined;
  },
): Fincode {
  const { apiToken, mgf1 = 'sha256', outbound = createOutbound() } = options;
  const base = baseOf(options);
  const key = readSealingKey(options.publicKey, 'FINCODE_PUBLIC_KEY');
  return {
    async post(path, payload, sealed) {
      const body = JSON.stringify(await sealFields(payload, sealed, key, { mgf1 }));
      const result = await outbound({
        url: base + path,
        hosts: [new URL(base).hostname],
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-auth-token': apiToken, ...HEADERS },
        body,
        timeoutMs: 10_000,
        maxBytes: 1_048_576,
      });
      if (!result.ok) throw new Error(`FinCode could not be asked: ${result.failure}.`);
      // Its words may hold anything: they are for your log, and not for your caller.
      if (result.status < 200 || result.status > 299) throw new Error(`FinCode answered ${result.status}.`);
      return JSON.parse(new TextDecoder().decode(result.body));
    },
  };
}

function baseOf({ environment, tenant }: Tenant): string {
  if (environment !== 'sandbox' && environment !== 'live')
    throw new Error('FINCODE_ENVIRONMENT: write sandbox or live. It has no default.');
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(tenant))
    throw new Error('FINCODE_TENANT: give the first word of your host name, and nothing else.');
  return `https://${tenant}.${environment === 'live' ? 'fincode.tech' : 'fincode.software'}/api/v6/services`;
}
