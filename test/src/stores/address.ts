/** Where a process finds its claim store, as JSON. */
export type StoreAddress =
  | { readonly kind: 'memory' }
  | { readonly kind: 'redis'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly table: string };

/** The stores that claims can be kept in. */
export const STORE_NAMES = ['memory', 'redis', 'postgres'] as const;

/** One of them. */
export type StoreName = (typeof STORE_NAMES)[number];

/** True for the name of one. */
export function isStoreName(name: string): name is StoreName {
  return (STORE_NAMES as readonly string[]).includes(name);
}
