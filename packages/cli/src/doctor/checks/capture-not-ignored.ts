import type { Check } from '../finding.ts';
import { isTestPath, nameOf } from '../places.ts';

/** Captured deliveries beside the program: bodies of real people, and headers that are secrets. */
export const captureNotIgnored: Check = {
  id: 'capture-not-ignored',
  answers: ['Pagamio: logs hold no tokens and no personal data', 'LiasonPay: store only what is needed'],
  run({ git, paths, files }) {
    if ('skipped' in git) return { skipped: git.skipped };
    const signed = new Set(
      files
        // A request that was written by hand has no signature.
        .filter(({ path, text }) => /\.http$/i.test(path) && /^[\w-]*(?:signature|hmac)[\w-]*:\s*\S{16}/im.test(text))
        .map(({ path }) => path),
    );
    return paths
      .filter((path) => !isTestPath(path) && !git.ignored.has(path))
      .filter(
        (path) =>
          /\.har$/i.test(nameOf(path)) ||
          signed.has(path) ||
          /(?:^|\/)captures\/[^/]+\.(?:jsonl?|http|txt)$/i.test(path),
      )
      .map((file) => ({
        level: 'warning',
        file,
        what: 'git does not ignore a captured delivery',
        remedy:
          'Add *.har and captures/ to .gitignore. What tests need is made with a test key, and stands under test/.',
      }));
  },
};
