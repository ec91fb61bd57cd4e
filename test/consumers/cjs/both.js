// The CommonJS and the ES module copy of the package in one process: what one makes the other takes, and errors are told apart by code.
const assert = require('node:assert/strict');
const required = require('@postern/core');
const { liasonpay } = require('@postern/core/providers/liasonpay');

async function main() {
  const imported = await import('@postern/core');
  const express = await import('@postern/express');
  assert.notEqual(
    required.createReceiver,
    imported.createReceiver,
    'these must be two copies, or nothing is shown here',
  );

  const secrets = 'test-only-secret-of-both-copies';
  const body = '{"amount":25.00}';
  const capture = async (secret) => ({
    method: 'POST',
    url: '/',
    headers: Object.entries(await required.sign(liasonpay(), { secret, body })),
    body: new TextEncoder().encode(body),
  });
  const options = { provider: liasonpay(), secrets };
  assert.equal((await imported.verify(await capture(secrets), options)).outcome, 'accepted');
  assert.equal((await imported.verify(await capture('test-only-another-secret'), options)).reason, 'bad-signature');

  const makers = [required.createReceiver, imported.createReceiver, express.webhook];
  for (const make of makers) {
    const error = caught(() => make({ ...options, secrets: ' ' }));
    assert.equal(error.code, 'blank-secret');
    assert.ok(required.isConfigurationError(error) && imported.isConfigurationError(error));
  }
  const foreign = caught(() => required.createReceiver({ ...options, secrets: ' ' }));
  assert.ok(
    !(foreign instanceof imported.ConfigurationError),
    'two copies have two classes: that is why codes are compared',
  );
  console.log('both copies agree');
}

function caught(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

main();
