// Preloaded into the servers of the demo: their standard input is a pipe that the demo holds, and the kernel closes it however the demo ends.
process.stdin.on('end', () => process.exit()).resume();
if ('unref' in process.stdin) (process.stdin as unknown as { unref(): void }).unref();
