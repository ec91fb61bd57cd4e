import { instanceSigns, warnUnder } from '../deployment.ts';
import type { Check } from '../finding.ts';
import type { Guard } from '../guards.ts';
import { calledFrom } from '../imports.ts';
import { isCall } from '../syntax.ts';
import { resolve } from '../values.ts';

/** Claims in the memory of one process, and several processes. */
export const storeNotShared: Check = {
  id: 'store-not-shared',
  answers: ['FinConnect: Node servers, AWS Lambda: a shared store', 'LiasonPay: a retry may reach another process'],
  run(project) {
    return warnUnder(instanceSigns(project), project.guards.filter(isOfMemory), project, {
      what: (seen) => `claims are kept in the memory of one process, and several seem to run (${seen})`,
      remedy:
        'Give store: redisStore(…) of @postern/redis or postgresStore(…) of @postern/postgres. Else a repeat that reaches another process runs again.',
    });
  },
};

function isOfMemory({ receives, open, values, source }: Guard): boolean {
  if (!receives) return false;
  const store = values.get('store');
  if (store === undefined) return !open;
  const made = resolve(source.program, store);
  return isCall(made) && calledFrom(source.imports, made)?.name === 'memoryStore';
}
