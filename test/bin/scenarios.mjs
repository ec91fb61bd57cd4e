#!/usr/bin/env node
import { launch } from './launch.mjs';

launch('test/src/scenarios.ts', process.argv.slice(2));
