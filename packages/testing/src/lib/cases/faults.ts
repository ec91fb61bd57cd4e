import { type CaseScript, refused } from '../adapter-case.ts';
import { type Lines, request } from '../raw-caller.ts';
import { type Letter, NOW_SECONDS } from '../stage.ts';
import { JSON_BODY } from './bodies.ts';

/** The longest that a signed time may be off, either way, seconds: LiasonPay's tolerance. */
const TOLERANCE_SECONDS = 300;

interface Fault {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  /** How the genuine delivery was signed. */
  readonly how?: { readonly timestamp?: number; readonly secret?: string };
  /** What became of it on its way. */
  readonly spoil?: (letter: Letter) => Letter;
}

const FAULTS: readonly Fault[] = [
  {
    id: 'signature-missing',
    title: 'refuses a delivery without a signature',
    reason: 'missing-signature',
    spoil: ({ body }) => ({ lines: [], body }),
  },
  {
    id: 'signature-malformed',
    title: 'refuses a delivery whose signature header is not of the form',
    reason: 'malformed-signature',
    spoil: withHeader(() => 'no signature at all'),
  },
  {
    id: 'signature-version',
    title: 'refuses a delivery that is signed in another version only',
    reason: 'unsupported-scheme',
    spoil: withHeader((value) => value.replace('v1=', 'v0=')),
  },
  {
    id: 'secret-wrong',
    title: 'refuses a delivery signed with another secret',
    reason: 'bad-signature',
    how: { secret: 'other-test-secret-other-test-secret' },
  },
  {
    id: 'body-changed',
    title: 'refuses a delivery whose body changed by one byte',
    reason: 'bad-signature',
    spoil: ({ lines, body }) => ({ lines, body: body.map((byte, at) => (at === 10 ? byte ^ 1 : byte)) }),
  },
  {
    id: 'body-truncated',
    title: 'refuses a delivery whose body lost its last byte',
    reason: 'bad-signature',
    spoil: ({ lines, body }) => ({ lines, body: body.subarray(0, -1) }),
  },
  {
    id: 'timestamp-changed',
    title: 'refuses a delivery whose signed time was changed',
    reason: 'bad-signature',
    spoil: withHeader((value) => value.replace(String(NOW_SECONDS), String(NOW_SECONDS + 1))),
  },
  {
    id: 'timestamp-missing',
    title: 'refuses a delivery without a signed time',
    reason: 'missing-timestamp',
    spoil: withHeader((value) => value.replace(/t=\d+,/, '')),
  },
  {
    id: 'timestamp-malformed',
    title: 'refuses a delivery whose signed time is not whole seconds',
    reason: 'malformed-timestamp',
    spoil: withHeader((value) => value.replace(String(NOW_SECONDS), `${NOW_SECONDS}.0`)),
  },
  {
    id: 'future',
    title: 'refuses a delivery signed further in the future than the tolerance',
    reason: 'future',
    how: { timestamp: NOW_SECONDS + TOLERANCE_SECONDS + 1 },
  },
  {
    id: 'stale',
    title: 'refuses a delivery signed longer ago than the tolerance',
    reason: 'stale',
    how: { timestamp: NOW_SECONDS - TOLERANCE_SECONDS - 1 },
  },
];

/** Deliveries that are not what a provider signed, or not now. */
export const FAULT_CASES: readonly CaseScript[] = [
  ...FAULTS.map(
    ({ id, title, reason, how, spoil = (letter) => letter }): CaseScript => ({
      id,
      title,
      expects: refused(401, reason),
      async play(stage) {
        const { lines, body } = spoil(await stage.sign(JSON_BODY, how));
        await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
      },
    }),
  ),
  {
    id: 'signature-twice',
    title: 'refuses a delivery with two signature headers, though both are right',
    expects: refused(401, 'duplicate-header'),
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const again: Lines = lines.map(([name, value]) => [name.toUpperCase(), value]);
      await stage.send(request([...lines, ...again], body));
    },
  },
];

function withHeader(change: (value: string) => string): (letter: Letter) => Letter {
  return ({ lines, body }) => ({ lines: lines.map(([name, value]) => [name, change(value)]), body });
}
