// A process that writes to an audit log: audit-writer.ts FILE NAME COUNT close|exit.
import { auditLog } from '@postern/core/audit';

const [path = '', name = '', count = '0', ending] = process.argv.slice(2);
const log = auditLog(path);
for (let index = 0; index < Number(count); index++) {
  log.onVerdict({
    instance: name,
    at: 0,
    outcome: 'accepted',
    kind: 'genuine',
    authentic: true,
    provider: 'acme',
    endpoint: 'acme',
    method: 'POST',
    eventId: `${name}:${index}`,
    // Lines of many lengths.
    eventType: 'x'.repeat(index % 190),
    durationMs: 1,
  });
  if (index % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
}
if (ending === 'exit') process.exit();
await log.close();
