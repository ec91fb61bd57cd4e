#!/usr/bin/env node
import { launch } from './launch.mjs';

launch('test/src/drill.ts', process.argv.slice(2));
