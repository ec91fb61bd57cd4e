// Posts a genuine and a forged delivery to the server, and prints the two statuses.
const { sign } = require('@postern/core');
const { liasonpay } = require('@postern/core/providers/liasonpay');

const [url, secret] = process.argv.slice(2);
const body = '{"event_type":"charge.completed","data":{"amount":25.00}}';

async function main() {
  const statuses = [];
  for (const signer of [secret, 'test-only-secret-of-somebody-else']) {
    const headers = await sign(liasonpay(), { secret: signer, body });
    statuses.push((await fetch(url, { method: 'POST', headers, body })).status);
  }
  console.log(JSON.stringify(statuses));
}

main();
