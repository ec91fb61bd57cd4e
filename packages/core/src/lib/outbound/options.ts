import { parseAddress } from '../address/parse-address.ts';
import { ConfigurationError } from '../errors.ts';
import { optionalFunction, positiveInteger, refuseUnknownOptions } from '../options.ts';
import type { OutboundOptions, OutboundRoute } from './request.ts';

/** Options, checked. */
export interface CompiledOptions {
  readonly routes: ReadonlyMap<string, OutboundRoute>;
  readonly resolve: OutboundOptions['resolve'];
}

/** Checks the options of a client. @throws ConfigurationError by the option's name, with the remedy */
export function compileOutboundOptions(options: OutboundOptions): CompiledOptions {
  // A misspelt `rejectUnauthorized: false` is named here, and so is one that is spelt right.
  refuseUnknownOptions(options, ['routes', 'resolve'], 'outbound');
  optionalFunction(options.resolve, 'outbound.resolve');
  const routes = new Map<string, OutboundRoute>();
  for (const [host, route] of Object.entries(options.routes ?? {})) {
    const option = `outbound.routes["${host}"]`;
    refuseUnknownOptions(route, ['address', 'port', 'ca'], option);
    if (typeof route.address !== 'string' || parseAddress(route.address) === undefined)
      throw new ConfigurationError('invalid-address', `${option}.address`, 'give a plain IPv4 or IPv6 address.');
    if (route.port === undefined)
      throw new ConfigurationError('missing-option', `${option}.port`, 'give the port to connect to.');
    positiveInteger(route.port, `${option}.port`, 'a port', 443, 65_535);
    if (route.ca !== undefined && (typeof route.ca !== 'string' || !route.ca.includes('-----BEGIN CERTIFICATE-----')))
      throw new ConfigurationError('invalid-option', `${option}.ca`, 'give certificates in PEM, or leave it out.');
    routes.set(host.toLowerCase(), Object.freeze({ ...route }));
  }
  return { routes, resolve: options.resolve };
}
