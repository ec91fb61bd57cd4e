import { deploymentFiles } from '../deployment.ts';
import type { Check, Found } from '../finding.ts';
import { lineAt, nameOf } from '../places.ts';

const REMEDY = 'Set NODE_ENV=production: without it, Express shows stacks to callers.';

/** Production that runs as development. */
export const nodeEnvNotProduction: Check = {
  id: 'node-env-not-production',
  answers: ['LiasonPay: generic messages, never a stack', 'Pagamio: no sensitive data in errors'],
  run(project) {
    const inFiles = project.env
      // A template counts as well. products.env is for no production.
      .filter(({ role, path }) => role === 'production' || /(?:^|[._-])prod(?:uction)?(?:$|[._-])/i.test(nameOf(path)))
      .flatMap(({ path, entries }) =>
        entries
          .filter(({ name, value }) => name === 'NODE_ENV' && value !== '' && value !== 'production')
          .map(({ line }) => tell(path, line)),
      );
    const inImages = deploymentFiles(project)
      // A Dockerfile for development says so in its name.
      .filter(({ path }) => /Dockerfile|Containerfile/i.test(nameOf(path)) && !/dev|test|local/i.test(nameOf(path)))
      .flatMap(({ path, text }): readonly Found[] => {
        const last = [...text.matchAll(/^\s*ENV\s+(?:.*\s)?NODE_ENV[= ]"?(\w+)/gim)].at(-1);
        return last === undefined || last[1] === 'production'
          ? []
          : [tell(path, lineAt(text, last.index + last[0].search(/\S/)))];
      });
    return [...inFiles, ...inImages];
  },
};

function tell(file: string, line: number): Found {
  return { level: 'warning', file, line, what: 'NODE_ENV is not production in a file for production', remedy: REMEDY };
}
