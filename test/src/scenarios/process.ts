// A process of a scenario: one guarded server, told over the channel to its parent what to do, and gone when its parent is.
import { openStore } from '../stores/open-store.ts';
import { serveGuarded } from './guarded-server.ts';
import type { Command, Report } from './process-messages.ts';
import { shrinkStore } from './shrunk-store.ts';

/** A store that is up is never late here, however much else the machine does: what is played is told from what happens by chance. */
const STORE_TIMEOUT_MS = 1_500;

type Opened = Awaited<ReturnType<typeof open>>;

let opened: Opened | undefined;
process.on('disconnect', () => process.exit());
process.on('message', (command: Command) => {
  obey(command).then(tell, (error: unknown) =>
    tell({ report: 'failed', message: error instanceof Error ? error.message : 'failed' }),
  );
});
tell({ report: 'ready' });

async function obey(command: Command): Promise<Report> {
  if (command.command === 'open') {
    opened = await open(command);
    return { report: 'opened', port: opened.server.port };
  }
  if (command.command === 'prepare') {
    if (command.reach) await opened?.source.reach();
    opened?.prepare(command.order);
    return { report: 'prepared' };
  }
  await opened?.server.close();
  await opened?.source.close();
  opened = undefined;
  return { report: 'left' };
}

async function open({ setup, address }: Extract<Command, { readonly command: 'open' }>) {
  const source = await openStore(address, STORE_TIMEOUT_MS);
  let calendarMs = 0;
  const store = shrinkStore(source.store, {
    setup,
    calendarMs: () => calendarMs,
    onClaim: (claim) => tell({ report: 'news', news: 'claimed', claim }),
    onSettle: (key, owner) => tell({ report: 'news', news: 'settled', key, owner }),
  });
  const server = await serveGuarded({
    setup,
    store,
    onStart: (callerPort) => tell({ report: 'news', news: 'started', callerPort }),
    // What was told before must have left this process before it dies.
    crash: () => process.send?.({ report: 'crashing' } satisfies Report, () => process.kill(process.pid, 'SIGKILL')),
  });
  return {
    source,
    server,
    prepare(order: Parameters<typeof server.prepare>[0]) {
      ({ calendarMs } = order);
      server.prepare(order);
    },
  };
}

function tell(report: Report): void {
  process.send?.(report);
}
