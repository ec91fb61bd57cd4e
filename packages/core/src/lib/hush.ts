/**
 * True for a promise, of whatever realm or library: `instanceof Promise` is false of another's. Where it comes though nobody awaits one, its
 * rejection must not end the process: `rejected` is told instead.
 */
export function hush(value: unknown, rejected: () => void = () => undefined): boolean {
  const isPromise = typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
  if (isPromise) Promise.resolve(value).catch(rejected);
  return isPromise;
}
