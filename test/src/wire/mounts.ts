import { readdirSync } from 'node:fs';
import type { Mount } from '../../conformance/mount.ts';

const folder = new URL('../../conformance/', import.meta.url);

/** The names of the mounts: the files of `test/conformance`, sorted. */
export function mountNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'mount.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Loads a mount by its name, one of `mountNames()`: a framework that is not asked for is not loaded. */
export async function loadMount(name: string): Promise<Mount> {
  const { mount } = (await import(new URL(`${name}.ts`, folder).href)) as { mount: Mount };
  return mount;
}
