declare module 'cloudflare:workers' {
  /** Keeps the request that runs now alive until this is done. */
  export function waitUntil(work: Promise<unknown>): void;
}
