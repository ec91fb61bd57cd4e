import { readdirSync, readFileSync } from 'node:fs';
import type { Mount } from '@postern/testing';

/** Where mounts are: those that run in this process, and those of other runtimes, which are fetched from npm at the first use. */
const FOLDERS = {
  own: new URL('../../conformance/', import.meta.url),
  runtimes: new URL('../../runtimes/mounts/', import.meta.url),
} as const;

/** The names of the mounts: the files that export a `mount`, sorted. */
export function mountNames(folders: readonly (keyof typeof FOLDERS)[] = ['own', 'runtimes']): readonly string[] {
  return folders
    .flatMap((name) => {
      const folder = FOLDERS[name];
      return readdirSync(folder).filter(
        (file) => file.endsWith('.ts') && /^export const mount\b/m.test(readFileSync(new URL(file, folder), 'utf8')),
      );
    })
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Loads a mount by its name, one of `mountNames()`: a framework that is not asked for is not loaded. */
export async function loadMount(name: string): Promise<Mount> {
  const folder = mountNames(['own']).includes(name) ? FOLDERS.own : FOLDERS.runtimes;
  const { mount } = (await import(new URL(`${name}.ts`, folder).href)) as { mount: Mount };
  return mount;
}
