#!/usr/bin/env node
// `node test/bin/run.mjs NAME args…` runs test/src/NAME.ts.
import { launch } from './launch.mjs';

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  console.error('usage: run.mjs NAME [args…]');
  process.exit(2);
}
launch(`test/src/${name}.ts`, args);
