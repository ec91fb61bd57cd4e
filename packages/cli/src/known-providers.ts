import type { Provider } from '@postern/core';
import * as providers from '@postern/core/providers';
import { Misuse } from './misuse.ts';
import { nearestName } from './nearest-name.ts';
import { printable } from './output.ts';

/** Makes a provider from its settings. @throws ConfigurationError for settings that could not work */
type MakeProvider = (settings: Readonly<Record<string, unknown>>) => Provider;

const registry: Readonly<Record<string, unknown>> = providers;

/** The provider of a registered name (`standard-webhooks`), or nothing. */
export function findProvider(name: string): MakeProvider | undefined {
  // Names come from files: only the kebab-case of an export is one, so that `constructor` and `standardWebhooks` are not.
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return undefined;
  const exported = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const make = Object.hasOwn(registry, exported) ? registry[exported] : undefined;
  return typeof make === 'function' ? (make as MakeProvider) : undefined;
}

/** The registered names, sorted. */
export function providerNames(): readonly string[] {
  return Object.keys(registry)
    .map((exported) => exported.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .sort();
}

/** What to say of a name that is not registered. */
export function unknownProvider(name: string, option = ''): Misuse {
  const nearest = nearestName(name, providerNames());
  return new Misuse(
    `${option}the provider "${printable(name, 40)}" is not known.${nearest === undefined ? '' : ` Did you mean ${nearest}?`} \`postern providers\` lists all of them.`,
  );
}
