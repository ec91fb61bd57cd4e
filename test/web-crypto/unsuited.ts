// The tests that the project `web-crypto` skips, and why: each rests on a MAC that is there at once.

/** Tests of one file that cannot hold where every MAC takes a turn of the event loop. */
interface Unsuited {
  /** From the workspace's root. */
  readonly file: string;
  /** Names of tests or of groups, as the file writes them. */
  readonly names: readonly string[];
  readonly reason: string;
}

export const UNSUITED: readonly Unsuited[] = [
  {
    file: 'packages/core/src/lib/crypto.test.ts',
    names: [
      'computes over the parts what one joined message gives, text as one byte a character',
      'hashes the parts one after another',
    ],
    reason: 'the door to node:crypto answers at once; crypto-web.test.ts asks the same of its twin',
  },
  {
    file: 'packages/core/src/lib/scheme/hmac.test.ts',
    names: ['computes one MAC a secret, however many signatures there are'],
    reason: 'it counts the calls of node:crypto; door.test.ts counts those of WebCrypto',
  },
  {
    file: 'packages/core/src/lib/receiver.test.ts',
    names: ['runs one of many that come at once, and asks the others to come again'],
    reason: 'it waits one turn of the event loop for all to be claimed; door.test.ts waits for the claims',
  },
  {
    file: 'packages/core/src/lib/receiver.test.ts',
    names: ['is not read beyond what the receiver may hold, over all deliveries, and is let go afterwards'],
    reason: 'it signs two deliveries at once and expects the first to be read first',
  },
  {
    file: 'packages/core/src/lib/receiver.test.ts',
    names: ['what does not answer'],
    reason: 'its clock is a fake one, which WebCrypto does not run on',
  },
];
