// Posts a genuine and a forged delivery to the server, and prints the two statuses.
import { sign } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';

const [url = '', secret = ''] = process.argv.slice(2);
const body = '{"event_type":"charge.completed","data":{"amount":25.00}}';

async function main(): Promise<void> {
  const statuses: number[] = [];
  for (const signer of [secret, 'test-only-secret-of-somebody-else']) {
    const headers: Record<string, string> = await sign(liasonpay(), { secret: signer, body });
    statuses.push((await fetch(url, { method: 'POST', headers, body })).status);
  }
  console.log(JSON.stringify(statuses));
}

void main();
