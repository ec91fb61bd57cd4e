#!/usr/bin/env node
import { bundleCommand } from './bundle-command.mjs';
import { run } from './launch.mjs';

// Made anew each time, so that it is always what the sources say.
const { file, remove } = await bundleCommand();
run(['--enable-source-maps', file, ...process.argv.slice(2)], remove);
