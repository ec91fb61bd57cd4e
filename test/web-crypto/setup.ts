// Before each test of the project `web-crypto`: what cannot hold there is skipped, with its reason in the report.
import { beforeEach } from 'vitest';
import { UNSUITED } from './unsuited.ts';

beforeEach(({ task, skip }) => {
  const unsuited = UNSUITED.find(
    ({ file, names }) =>
      task.file.filepath.endsWith(`/${file}`) &&
      [task.name, task.suite?.name].some((name) => name !== undefined && names.includes(name)),
  );
  if (unsuited !== undefined) skip(unsuited.reason);
});
