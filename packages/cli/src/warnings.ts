/**
 * Says each kind of warning once, on standard error, in one line: a file of ten thousand cases may have ten thousand short secrets.
 *
 * Standard output stays the command's own. Where Node was told to be silent (`--no-warnings`), so are we.
 */
export function tellWarningsOnce(): void {
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  const told = new Set<string>();
  process.on('warning', (warning: Error & { code?: unknown }) => {
    const kind = typeof warning.code === 'string' ? warning.code : warning.message;
    if (told.has(kind)) return;
    told.add(kind);
    process.stderr.write(`warning: ${warning.message}\n`);
  });
}
