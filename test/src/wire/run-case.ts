import { isConfigurationError, type VerdictRecord, verifySignature } from '@postern/core';
import type { Mount, RunningServer } from '@postern/testing';
import type { Case } from '../../../packages/cli/src/cases.ts';
import { configurationOf } from '../../../packages/cli/src/judge-case.ts';
import { listen } from '../../conformance/listen.ts';
import type { RemoteMount } from '../../runtimes/remote-mount.ts';
import { mergeCarelessly } from './merge-carelessly.ts';
import { send } from './send.ts';

/** What became of one case on the wire. */
interface WireVerdict {
  readonly id: string;
  readonly mount: string;
  readonly outcome: 'accept' | 'reject' | 'unknown-provider';
  readonly reason?: string | undefined;
  /** What the socket said. */
  readonly status?: number | undefined;
}

/** An answer takes milliseconds; a server that hangs is found out soon. */
const DEADLINE_MS = 10_000;

/**
 * Sends one case to a fresh server of a mount, with its own receiver, store and clock.
 *
 * Outcome and reason are what the record said, held against whether the handler ran; the status is what the socket said.
 *
 * @throws Error when no answer came, or when record, handler and status contradict one another
 */
export async function runCase(one: Case, mount: Mount): Promise<WireVerdict> {
  const { id } = one;
  const records: VerdictRecord[] = [];
  let runs = 0;
  const server = await start(one, mount, records, () => runs++);
  if (server === undefined) return { id, mount: mount.name, outcome: 'unknown-provider' };
  // A server in another process has told everything when it is closed.
  const { status } = await send(server.port, one.capture, DEADLINE_MS).finally(() => server.close());
  if (server.misconfigured) return { id, mount: mount.name, outcome: 'reject', reason: 'misconfigured', status };
  const [record] = records;
  if (records.length > 1) throw new Error(`${records.length} verdicts for one delivery`);
  const accepted = record?.outcome === 'accepted';
  if (runs !== (accepted ? 1 : 0))
    throw new Error(`the handler ran ${runs} times, and the record says ${record?.outcome ?? 'nothing'}`);
  if ((accepted || record?.outcome === 'answered') !== status < 300)
    throw new Error(`the caller saw ${status}, and the record says ${record?.outcome ?? 'nothing'}`);
  // Without a record the framework or Node itself answered: refused, for no reason of ours.
  return { id, mount: mount.name, outcome: status < 300 ? 'accept' : 'reject', reason: record?.reason, status };
}

async function start(
  one: Case,
  mount: Mount,
  records: VerdictRecord[],
  onRun: () => void,
): Promise<(RunningServer & { readonly misconfigured: boolean }) | undefined> {
  try {
    const configuration = configurationOf(one);
    if (configuration === undefined) return undefined;
    const now = await clockOf(one, configuration);
    const server = await placed(mount, one).serve(
      { ...configuration, now: () => now, onVerdict: (record) => records.push(record) },
      (delivery) => {
        onRun();
        try {
          mergeCarelessly({}, delivery.json());
        } catch {
          // A body that is not JSON, or is poisoned, is no business of the signature.
        }
        return undefined;
      },
    );
    return { ...server, misconfigured: false };
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    // The application did not start: what callers see then is its host's 500.
    const server = await listen((request, response) => {
      request.resume();
      response.writeHead(500).end();
    });
    return { ...server, misconfigured: true };
  }
}

/** A mount in another process is told a provider's settings, which cannot be seen in the provider. */
function placed(mount: Mount & Partial<Pick<RemoteMount, 'withSettings'>>, { settings }: Case): Mount {
  return mount.withSettings?.(settings) ?? mount;
}

/** The case's clock in milliseconds. Where the signature is wrong there is no signed time, and no clock that would help. */
async function clockOf(one: Case, configuration: NonNullable<ReturnType<typeof configurationOf>>): Promise<number> {
  if (one.now !== null) return one.now * 1000;
  const signed = await verifySignature(one.capture, configuration);
  return signed.verified && signed.timestamp !== undefined ? signed.timestamp * 1000 : Date.now();
}
