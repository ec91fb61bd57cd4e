import type { Check, Found } from '../finding.ts';
import { calledFrom } from '../imports.ts';
import { argumentsOf, isCall, lineOf } from '../syntax.ts';
import { textOf } from '../values.ts';

const PLACEHOLDER = /^(?:your[_-]|<|changeme|change[_-]me|replace|todo|xxx+|placeholder|secret$|test$)/i;

/** Variables that a guard reads, and that the given environment files do not have. */
export const envIncomplete: Check = {
  id: 'env-incomplete',
  answers: ['FinConnect: load the environment file that is meant', 'Pagamio: credentials stored securely'],
  run({ env, sources }) {
    const given = env.filter((file) => file.given && file.role !== 'template');
    if (given.length === 0) return { skipped: 'no environment file was named with --env' };
    return sources.flatMap(({ path, program, imports }) =>
      program.nodes.filter(isCall).flatMap((call): readonly Found[] => {
        const called = calledFrom(imports, call);
        if (called?.name !== 'fromEnv' || !called.from.startsWith('@postern/')) return [];
        const name = textOf(program, argumentsOf(call)[0]);
        if (name === undefined) return [];
        const found = given.flatMap(({ entries }) => entries.filter((entry) => entry.name === name)).at(-1);
        const value = found?.value.trim() ?? '';
        if (value !== '' && !PLACEHOLDER.test(value)) return [];
        const how =
          found === undefined ? 'is not in the environment files' : value === '' ? 'is blank' : 'is a placeholder';
        return [
          {
            level: 'error',
            file: path,
            line: lineOf(call),
            what: `${name} ${how}: the guard refuses to start, or every delivery`,
            remedy: 'Put the signing secret there, from the provider’s dashboard.',
          },
        ];
      }),
    );
  },
};
