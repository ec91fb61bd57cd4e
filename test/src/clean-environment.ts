/** This process's environment, without the variables by which somebody's shell would change how the servers under test behave. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) {
    if (
      /^(?:LIASONPAY|STRIPE|GITHUB_WEBHOOK|SLACK|SHOPIFY|ACME|WEBHOOK)_/.test(name) ||
      ['HOST', 'PORT', 'ORDERS_URL', 'NODE_ENV', 'NODE_OPTIONS'].includes(name)
    )
      delete env[name];
  }
  return env;
}
