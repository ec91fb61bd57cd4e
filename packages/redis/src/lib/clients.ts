import { ConfigurationError } from '@postern/core';

/** What the store uses of an `ioredis` client, `Redis` or `Cluster`. */
export interface IoredisClient {
  readonly status: string;
  connect(): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(digest: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** What the store uses of a client of the package `redis`. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(digest: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What the store uses of a cluster of the package `redis`. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  readonly masters: unknown;
  connect(): Promise<unknown>;
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
}

/** Runs a script on one key and some arguments. */
export type Evaluate = (script: string, keys: string[], args: string[]) => Promise<unknown>;

/** A way to Redis, whatever client leads there. */
export interface Connection {
  /** True when a command would be sent now, and not queued. Connects a client that nobody has connected yet. @throws Error when it was closed */
  readonly isReady: () => boolean;
  readonly evaluate: Evaluate;
}

/** Tells a client by its shape. @throws ConfigurationError for anything else */
export function connectionOf(client: unknown): Connection {
  if (typeof client === 'object' && client !== null && 'connect' in client) {
    if ('evalsha' in client && 'status' in client) return ofIoredis(client as IoredisClient);
    if ('masters' in client && 'sendCommand' in client) return ofNodeRedisCluster(client as NodeRedisCluster);
    if ('evalSha' in client && 'isReady' in client) return ofNodeRedis(client as NodeRedisClient);
  }
  throw new ConfigurationError(
    'invalid-option',
    'redisStore.client',
    'give a client of `ioredis` or `redis`, as `new Redis(url)` and `createClient({ url })` make it. For any other, give `evaluate`.',
  );
}

function ofIoredis(client: IoredisClient): Connection {
  return {
    isReady() {
      if (client.status === 'end') throw new Error('The Redis client has been closed.');
      if (client.status === 'wait') client.connect().catch(ignore);
      return client.status === 'ready';
    },
    evaluate: byDigest(
      (digest, keys, args) => client.evalsha(digest, keys.length, ...keys, ...args),
      (script, keys, args) => client.eval(script, keys.length, ...keys, ...args),
    ),
  };
}

function ofNodeRedis(client: NodeRedisClient): Connection {
  const isConnected = connectOnce(client);
  return {
    isReady: () => isConnected() && client.isReady,
    evaluate: byDigest(
      (digest, keys, args) => client.evalSha(digest, { keys, arguments: args }),
      (script, keys, args) => client.eval(script, { keys, arguments: args }),
    ),
  };
}

/** A cluster is told the key beside the command: by it, it knows whom to ask. */
function ofNodeRedisCluster(client: NodeRedisCluster): Connection {
  const send =
    (name: string): Evaluate =>
    (script, keys, args) =>
      client.sendCommand(keys[0] ?? '', false, [name, script, String(keys.length), ...keys, ...args]);
  return { isReady: connectOnce(client), evaluate: byDigest(send('EVALSHA'), send('EVAL')) };
}

/** Connects a client that nobody has connected yet. One that was open once has been closed: it stays so. */
function connectOnce(client: NodeRedisClient | NodeRedisCluster): () => boolean {
  let opened = false;
  let connecting = false;
  return () => {
    if (!client.isOpen && !connecting) {
      if (opened) throw new Error('The Redis client has been closed.');
      connecting = true;
      client
        .connect()
        .catch(ignore)
        .then(() => {
          connecting = false;
        });
    }
    opened ||= client.isOpen && !connecting;
    return opened && !connecting;
  };
}

/** Sends the digest of a script, and the script itself where it is not known yet: a server forgets scripts when it starts anew. */
function byDigest(known: Evaluate, full: Evaluate): Evaluate {
  const digests = new Map<string, string>();
  return async (script, keys, args) => {
    const digest = digests.get(script) ?? (await sha1(script));
    digests.set(script, digest);
    try {
      return await known(digest, keys, args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return full(script, keys, args);
    }
  };
}

/** Redis knows scripts by this digest. It protects nothing. */
async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The client tells its own listeners why it could not connect. */
function ignore(): void {}
