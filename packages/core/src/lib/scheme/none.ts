import { refuseUnknownOptions } from '../options.ts';
import { materialSent, querySent } from './as-sent.ts';
import type { Scheme } from './scheme.ts';

/**
 * A sender that proves nothing: anybody can write such a delivery.
 *
 * A receiver refuses to be made with it unless `allow` says from which addresses it comes. Nothing in a delivery may be believed before
 * the sender has been asked.
 */
export function none(options: Record<string, never> = {}): Scheme {
  refuseUnknownOptions(options, [], 'none');
  return Object.freeze<Scheme>({
    kind: 'none',
    headers: Object.freeze([]),
    signs: Object.freeze({ body: false, timestamp: false, id: false, fields: Object.freeze([]) }),
    secrets: 'none',
    keys: Object.freeze([Object.freeze({ key: undefined, bytes: 0, id: 'none' })]),
    importSecret: () => Object.freeze({ key: undefined, bytes: 0 }),
    readProof: (head) => ({ signatures: [], values: querySent(head) }),
    verify: async () => 0,
    material: materialSent,
    sign: async () => ({ headers: {} }),
  });
}
