import { ConfigurationError, type ReceiverOptions } from '@postern/core';
import type { Mount, MountHandler, RunningServer, Spoiling } from '@postern/testing';
import { mustRun } from '../src/pack.ts';
import { type Home, openHome } from './handler-home.ts';
import type { Closed, Configuration, Configured, PlainOptions } from './messages.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { type Project, prepareProject } from './project.ts';

/** A runtime in a process of its own. */
export interface RemoteRuntime {
  readonly name: string;
  /** The command that prints its version. */
  version(project: Project): Promise<readonly string[]>;
  /** The command that runs its guest. `home` is the URL that the guest calls. */
  command(project: Project, home: string): Promise<readonly string[]>;
  /** The ways in which a body can be taken before the guard here. Default: all of them. */
  readonly spoilt?: readonly Spoiling[];
  readonly differences?: Mount['differences'];
}

/** A mount in another process. The process is started by the first `serve`, told each configuration, and ends with this one. */
export interface RemoteMount extends Mount {
  /** The version that the runtime prints. @throws Error when it cannot be run */
  version(): Promise<string>;
  /** Starts the process. @throws Error with what it printed, when it does not come to listen */
  start(): Promise<void>;
  /** The same mount, for a provider that is made with these settings. */
  withSettings(settings: Readonly<Record<string, unknown>>): Mount;
  /** Ends the process. */
  stop(): Promise<void>;
}

/** Every guest knows how a body is taken before the guard. */
const SPOILINGS = ['parsed', 'inflated', 'consumed'] as const satisfies readonly Spoiling[];

/** The options that can be told to another process. */
const PLAIN = [
  'endpoint',
  'toleranceSeconds',
  'maxBodyBytes',
  'bodyTimeoutMs',
  'maxHeldBytes',
  'eventId',
  'keepHours',
  'handlerTimeoutMs',
] as const satisfies readonly (keyof PlainOptions)[];

/** The options that are told in another way. */
const CARRIED = ['provider', 'secrets', 'now', 'onVerdict', 'onSettled'];

/** Makes a mount of a runtime in another process. */
export function remoteMount(runtime: RemoteRuntime): RemoteMount {
  let running: Promise<{ readonly home: Home; readonly program: RunningProgram }> | undefined;
  let configurations = 0;

  const start = async () => {
    const home = await openHome();
    const program = await startProgram(await runtime.command(await prepareProject(), home.url));
    return { home, program };
  };

  async function serve(
    settings: Configuration['settings'],
    spoilt: Spoiling | null,
    options: ReceiverOptions,
    handler: MountHandler,
  ): Promise<RunningServer> {
    running ??= start();
    const { home, program } = await running;
    const id = ++configurations;
    const resident = home.expect(id, options, handler);
    const configured = await program.control<Configured>('open', { ...carry(options), id, settings, spoilt });
    if ('fault' in configured) {
      resident.forget();
      const { code, option, message } = configured.fault;
      throw new ConfigurationError(code, option, message.slice(`${option}: `.length));
    }
    return {
      port: program.port ?? configured.port,
      async close() {
        const { sent } = await program.control<Closed>('close', {});
        await resident.arrived(sent);
        resident.forget();
      },
    };
  }

  const mountWith = (settings: Configuration['settings']): Mount => ({
    name: runtime.name,
    serve: (options, handler) => serve(settings, null, options, handler),
    spoilt: Object.fromEntries(
      (runtime.spoilt ?? SPOILINGS).map((spoiling) => [
        spoiling,
        (options: ReceiverOptions, handler: MountHandler) => serve(settings, spoiling, options, handler),
      ]),
    ),
    ...(runtime.differences && { differences: runtime.differences }),
  });

  return {
    ...mountWith({}),
    withSettings: mountWith,
    async version() {
      const [command = '', ...args] = await runtime.version(await prepareProject());
      return /\d[\d.-]*\d/.exec(await mustRun(command, args))?.[0] ?? 'unknown';
    },
    async start() {
      running ??= start();
      await running;
    },
    async stop() {
      const started = await running?.catch(() => undefined);
      running = undefined;
      await started?.program.stop();
      await started?.home.close();
    },
  };
}

/** @throws Error for an option that cannot be told to another process */
function carry(options: ReceiverOptions): Omit<Configuration, 'id' | 'settings' | 'spoilt'> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || CARRIED.includes(name)) continue;
    if (!PLAIN.some((known) => known === name)) throw new Error(`${name} cannot be told to another process`);
    plain[name] = value;
  }
  const now = options.now?.() ?? Date.now();
  return {
    provider: options.provider.name,
    secrets: options.secrets as Configuration['secrets'],
    options: plain,
    now: Number.isNaN(now) ? null : now,
  };
}
