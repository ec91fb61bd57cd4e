import { type EnvEntry, PRODUCTION } from '../env-files.ts';
import type { Check, Found } from '../finding.ts';
import { nameOf } from '../places.ts';

const SANDBOX_HOST = /(?:^|[.-])(?:sandbox|cybqa|uat|staging|testapi|apitest)(?:[.-]|$)|\.fincode\.software$/i;
/** Of vendors that have a sandbox. Hosts of one's own are called staging for reasons of one's own. */
const VENDOR_HOST =
  /(?:^|\.)(?:pesapal|paypal|payfast|fincode|clickpesa|liasonpay|pagamio|safaricom|mtn|azampay|intasend|midtrans|plaid|ozow|peachpayments|selcommobile|adyen|braintreegateway|cashfree|checkout|cybersource|dwolla|flutterwave|gocardless|interswitchng|iyzipay|klarna|korapay|kopokopo|mercadopago|monnify|nomba|paddle|pawapay|paysafe|phonepe|rapyd|revolut|squareup|transferwise|wise|worldpay|xendit|authorize)\.[a-z]{2,}(?:\.[a-z]{2})?$/i;
const SANDBOX_FILE = /(?:^|[._-])sandbox(?:$|[._-])/i;
/** Beside the address that is in force, that of the other system may be kept under its own name. */
const NAMES_SANDBOX = /(?:^|_)(?:SANDBOX|TEST|TESTING|STAGING|UAT|DEV)(?:_|$)/i;
const NAMES_LIVE = /(?:^|_)(?:LIVE|PROD|PRODUCTION)(?:_|$)/i;
/** What these say is of the deployment, and not of the payments: a deployed sandbox is in production there. */
const PLATFORM =
  /(?:^|_)(?:SENTRY|VERCEL|DD|DATADOG|AWS|AZURE|GCP|GOOGLE|OTEL|NEW_RELIC|ELASTIC|HONEYCOMB|ROLLBAR|BUGSNAG|RAILWAY|RENDER|HEROKU|NETLIFY|FLY|DENO|CLOUDFLARE|CF|ASPNETCORE|DOTNET|RAILS|RACK|BABEL)_/i;
const LIVE_HOST = /^(?:pay\.pesapal\.com|api-m\.paypal\.com|(?:www\.)?payfast\.co\.za|[\w-]+\.fincode\.tech)$/i;

/** Addresses of one system beside the name of the other. */
export const environmentMismatch: Check = {
  id: 'environment-mismatch',
  answers: [
    'FinConnect: the base URL of the sandbox or of production, and never of the other',
    'FinConnect: keep .env.sandbox and .env.production, and load the one that is meant',
  ],
  run({ env }) {
    return env.flatMap(({ path, entries }) => {
      const says = entries.map(systemOf).find((system) => system !== undefined);
      const byName = SANDBOX_FILE.test(nameOf(path)) ? 'sandbox' : PRODUCTION.test(nameOf(path)) ? 'live' : undefined;
      const system = says ?? byName;
      const found: Found[] = [];
      if (says !== undefined && byName !== undefined && says !== byName) {
        const entry = entries.find((one) => systemOf(one) !== undefined);
        found.push(tell(path, entry?.line ?? 1, `${entry?.name} says ${says} in a file for ${byName}`));
      }
      if (system === undefined) return found;
      for (const { name, value, line } of entries) {
        const host = /URL|HOST|ENDPOINT|BASE/i.test(name) && URL.canParse(value) ? new URL(value).hostname : '';
        if (system === 'live' && SANDBOX_HOST.test(host) && VENDOR_HOST.test(host) && !NAMES_SANDBOX.test(name))
          found.push(tell(path, line, `${name} is the sandbox’s, in a file for live`));
        if (system === 'sandbox' && LIVE_HOST.test(host) && !NAMES_LIVE.test(name))
          found.push(tell(path, line, `${name} is the live system’s, in a file for the sandbox`));
      }
      return found;
    });
  },
};

function systemOf({ name, value }: EnvEntry): 'live' | 'sandbox' | undefined {
  if (!/(?:ENVIRONMENT|_ENV|_MODE)$/i.test(name) || /^NODE_ENV$/i.test(name) || PLATFORM.test(name)) return undefined;
  if (/^(?:live|production|prod)$/i.test(value)) return 'live';
  return /^sandbox$/i.test(value) ? 'sandbox' : undefined;
}

function tell(file: string, line: number, what: string): Found {
  return {
    level: 'error',
    file,
    line,
    what,
    remedy:
      'Let address, credentials and environment be of one system: a test payment that passes for a real one is money lost.',
  };
}
