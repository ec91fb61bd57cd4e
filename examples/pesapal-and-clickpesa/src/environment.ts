/** Which systems are asked. */
export type Environment = 'sandbox' | 'live';

const PESAPAL: Readonly<Record<Environment, string>> = {
  sandbox: 'https://cybqa.pesapal.com/pesapalv3',
  live: 'https://pay.pesapal.com/v3',
};

/** Where PesaPal's API is. */
export function pesapalBase(environment: Environment): string {
  return PESAPAL[environment];
}

/**
 * Reads which systems are asked, and refuses a mixture: a test payment that passes for a real one is money lost.
 *
 * @throws Error that names the variable
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const { PAYMENTS_ENVIRONMENT: environment, PESAPAL_BASE_URL: base } = env;
  if (environment !== 'sandbox' && environment !== 'live')
    throw new Error('PAYMENTS_ENVIRONMENT: write sandbox or live. It has no default.');
  // The variable is FinConnect's. The guard has hosts of its own, and takes none from the environment.
  if (base !== undefined && base.replace(/\/+$/, '') !== PESAPAL[environment])
    throw new Error(`PESAPAL_BASE_URL: for ${environment} it is ${PESAPAL[environment]}. Do not mix sandbox and live.`);
  return environment;
}
