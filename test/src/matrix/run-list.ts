import { adapterCases, checkDifferences } from '@postern/testing';
import { loadMount } from '../wire/mounts.ts';
import type { Column, Outcome } from './table.ts';

/** What came of the list on one mount, and a line or more for everything that went wrong. */
export interface MountReport extends Column {
  readonly failures: readonly string[];
}

/** Plays every case on a mount. Never rejects: a mount that cannot be loaded fails every case. */
export async function runList(name: string): Promise<MountReport> {
  const outcomes: Record<string, Outcome> = {};
  const failures: string[] = [];
  try {
    const mount = await loadMount(name);
    checkDifferences(mount);
    for (const { id, run } of adapterCases) {
      try {
        await run(mount);
        outcomes[id] = mount.differences?.[id] === undefined ? 'ok' : 'differs';
      } catch (error) {
        outcomes[id] = 'FAILED';
        failures.push(`${name} ${id}: ${messageOf(error)}`);
      }
    }
    return { mount, outcomes, failures };
  } catch (error) {
    for (const { id } of adapterCases) outcomes[id] = 'FAILED';
    return { mount: { name }, outcomes, failures: [`${name}: ${messageOf(error)}`] };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
