// What an application takes along with one provider: nothing of another, and no library for tokens.
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { twinsInBundle } from '../packages/core/web-twins.ts';
import { providerNames } from '../packages/cli/src/known-providers.ts';
import { ROOT } from './workspace.ts';

/** As much of esbuild as is used here. It comes with the bundler that builds the packages. */
interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<{
    readonly outputFiles: readonly { readonly text: string }[];
    readonly metafile: { readonly inputs: Readonly<Record<string, unknown>> };
  }>;
}

const tsup = createRequire(createRequire(`${ROOT}package.json`).resolve('tsup'));
const { build } = tsup('esbuild') as Esbuild;

async function bundle(contents: string, more: Readonly<Record<string, unknown>> = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: `${ROOT}packages/cli`, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    legalComments: 'none',
    format: 'esm',
    platform: 'node',
    conditions: ['@postern/source'],
    logLevel: 'silent',
    ...more,
  });
  return { text: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
}

/** The registered names that a bundle defines. */
function definedIn(text: string): readonly string[] {
  return providerNames().filter((name) => text.includes(`name: "${name}"`));
}

const CORE = "export { createReceiver } from '@postern/core';";

it('a bundle of core and one HMAC provider holds no other provider and no jose', async () => {
  const { text, inputs } = await bundle(`${CORE} export { stripe } from '@postern/core/providers/stripe';`);
  expect(definedIn(text)).toEqual(['stripe']);
  expect(inputs.filter((path) => path.includes('/providers/'))).toEqual([
    expect.stringMatching(/\/providers\/stripe\.ts$/),
  ]);
  expect(inputs.filter((path) => /\/jose[@/]/.test(path))).toEqual([]);
  expect(text).not.toMatch(/\bjose\b/);
});

it('a bundle of core and the kind for tokens holds jose', async () => {
  const { inputs } = await bundle(`${CORE} export { jwt } from '@postern/core/jwt';`);
  expect(inputs.some((path) => /\/jose[@/]/.test(path))).toBe(true);
});

it('a bundle of all providers holds the name of each', async () => {
  const { text } = await bundle("export * from '@postern/core/providers';");
  expect(definedIn(text)).toEqual(providerNames());
});

it('a bundle of the door for fields holds no provider, no library and nothing that judges deliveries', async () => {
  const { text, inputs } = await bundle("export { sealFields, openFields } from '@postern/core/fields';");
  expect(definedIn(text)).toEqual([]);
  expect(inputs.filter((path) => /node_modules|\/providers\/|receiver|judge/.test(path))).toEqual([]);
});

it('a bundle of core and PesaPal asks nobody: the engine comes with the confirm door alone', async () => {
  const { inputs } = await bundle(`${CORE} export { pesapal } from '@postern/core/providers/pesapal';`);
  expect(inputs.filter((path) => /\/(?:confirm-with|send|tokens|stage)\.ts$/.test(path))).toEqual([]);
  const asking = await bundle(`${CORE} export { pesapalConfirm } from '@postern/core/confirm';`);
  expect(asking.inputs.some((path) => path.endsWith('/confirm/confirm-with.ts'))).toBe(true);
});

it('the confirm door asks by fetch on the edge, and needs nothing of Node.js there', async () => {
  const { text, inputs } = await bundle("export { pesapalConfirm } from '@postern/core/confirm';", {
    platform: 'browser',
    plugins: [twinsInBundle],
  });
  expect(inputs.some((path) => path.endsWith('/outbound/client-web.ts'))).toBe(true);
  expect(text).not.toMatch(/node:/);
});
