#!/usr/bin/env node
import { launch } from './launch.mjs';

launch('test/src/wire.ts', process.argv.slice(2));
