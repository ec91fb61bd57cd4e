// node --env-file=.env.sandbox dist/register-ipn.js https://shop.example/webhooks/pesapal [GET|POST]
//
// Registers where PesaPal sends its IPNs, and prints the id of it: FinConnect's `sdk.pay(payload, ipnId)` wants it.
import { fileURLToPath } from 'node:url';
import { createOutbound, type Outbound } from '@postern/core/outbound';
import { readEnvironment, pesapalBase, type Environment } from './environment.ts';

/** What a registration needs. */
export interface Registration {
  readonly environment: Environment;
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Default: one that goes to PesaPal's own host alone, over TLS 1.2 or later, and follows no redirect. */
  readonly outbound?: Outbound;
}

/** Registers the URL. @returns the id @throws Error that says what is wrong, without a credential or a token */
export async function registerIpn({ outbound = createOutbound(), ...registration }: Registration): Promise<string> {
  const { environment, url, method, consumerKey, consumerSecret } = registration;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw new Error('Give the public https URL of /webhooks/pesapal: PesaPal cannot reach another one.');
  const base = pesapalBase(environment);

  async function post(path: string, body: object, token?: string): Promise<Record<string, unknown>> {
    const result = await outbound({
      url: base + path,
      hosts: [new URL(base).hostname],
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      timeoutMs: 10_000,
      maxBytes: 65_536,
    });
    if (!result.ok) throw new Error(`PesaPal could not be asked (${path}): ${result.failure}.`);
    if (result.status !== 200) throw new Error(`PesaPal answered ${result.status} (${path}).`);
    return JSON.parse(new TextDecoder().decode(result.body));
  }

  const { token } = await post('/api/Auth/RequestToken', {
    consumer_key: consumerKey,
    consumer_secret: consumerSecret,
  });
  if (typeof token !== 'string')
    throw new Error('PesaPal gave no token: are key and secret those of this environment?');
  const { ipn_id: id } = await post('/api/URLSetup/RegisterIPN', { url, ipn_notification_type: method }, token);
  if (typeof id !== 'string') throw new Error('PesaPal gave no id for this URL.');
  return id;
}

async function main([url = '', method = 'GET']: readonly string[]): Promise<void> {
  const { PESAPAL_CONSUMER_KEY: consumerKey = '', PESAPAL_CONSUMER_SECRET: consumerSecret = '' } = process.env;
  if (method !== 'GET' && method !== 'POST') throw new Error('The method is GET or POST.');
  console.log(
    await registerIpn({ environment: readEnvironment(process.env), url, method, consumerKey, consumerSecret }),
  );
}

if (fileURLToPath(import.meta.url) === process.argv[1])
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : 'The URL was not registered.');
    process.exitCode = 1;
  });
