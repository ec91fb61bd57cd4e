import { AssertionError } from 'node:assert';
import { type AdapterCase, createCase } from './adapter-case.ts';
import { BODY_CASES } from './cases/bodies.ts';
import { CONNECTION_CASES } from './cases/connections.ts';
import { FAULT_CASES } from './cases/faults.ts';
import { GENUINE_CASES } from './cases/genuine.ts';
import { HANDLER_CASES } from './cases/handlers.ts';
import { HANDSHAKE_CASES } from './cases/handshakes.ts';
import { LENGTH_CASES } from './cases/lengths.ts';
import { METHOD_CASES } from './cases/methods.ts';
import { REPEAT_CASES } from './cases/repeats.ts';
import type { Mount } from './mount.ts';

const THEMES = {
  'genuine deliveries': GENUINE_CASES,
  'faulty deliveries': FAULT_CASES,
  bodies: BODY_CASES,
  'lengths and deadlines': LENGTH_CASES,
  handlers: HANDLER_CASES,
  repeats: REPEAT_CASES,
  connections: CONNECTION_CASES,
  'methods and refusals': METHOD_CASES,
  handshakes: HANDSHAKE_CASES,
};

/**
 * What a guard has to do in every framework and runtime. Each case starts a server of its own, speaks HTTP/1.1 over raw sockets, and knows no test runner:
 * `for (const { title, run } of adapterCases) test(title, () => run(mount))`.
 */
export const adapterCases: readonly AdapterCase[] = Object.freeze(
  Object.entries(THEMES).flatMap(([theme, scripts]) => scripts.map((script) => createCase(theme, script))),
);

/** Checks that each known difference of a mount is one of a case that exists. @throws AssertionError with the names that are not */
export function checkDifferences({ name, differences = {} }: Mount): void {
  const actual = Object.keys(differences).filter((id) => !adapterCases.some((one) => one.id === id));
  if (actual.length > 0)
    throw new AssertionError({
      message: `${name} names differences of cases that there are not: ${actual.join(', ')}`,
      actual,
      expected: [],
    });
}
