export type { AdapterCase } from './lib/adapter-case.ts';
export { adapterCases, checkDifferences } from './lib/adapter-cases.ts';
export type { Difference, Mount, MountHandler, Reply, RunningServer, Spoiling } from './lib/mount.ts';
export type { Sight } from './lib/sight.ts';
