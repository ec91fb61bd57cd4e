import { ConfigurationError } from '@postern/core';
import {
  type Connection,
  connectionOf,
  type Evaluate,
  type IoredisClient,
  type NodeRedisClient,
  type NodeRedisCluster,
} from './clients.ts';

/** Options of `redisStore`: a `client`, or `evaluate` where Redis is reached over HTTP. */
export type RedisStoreOptions = StoreTraits &
  (
    | {
        /** A client of `ioredis` (`Redis` or `Cluster`) or of `redis` (client or cluster). It stays yours: the store connects it if it is not, and never closes it. */
        readonly client: IoredisClient | NodeRedisClient | NodeRedisCluster;
        readonly evaluate?: never;
      }
    | {
        /** Runs a Lua script with EVAL, for Redis over HTTP: `(script, keys, args) => redis.eval(script, keys, args)`. */
        readonly evaluate: (script: string, keys: string[], args: string[]) => Promise<unknown>;
        readonly client?: never;
      }
  );

interface StoreTraits {
  /** What the store's keys begin with: 1 to 128 visible ASCII characters. Default `postern:`. */
  readonly prefix?: string;
  /** After so many milliseconds without an answer a call throws, and the delivery is refused with 503. Default 250. */
  readonly timeoutMs?: number;
}

/** Options, checked. */
export interface RedisStoreConfig {
  readonly connection: Connection;
  readonly prefix: string;
  readonly timeoutMs: number;
}

/** Checks the options. @throws ConfigurationError by the option's name, with the remedy */
export function compileOptions(options: RedisStoreOptions): RedisStoreConfig {
  if (typeof options !== 'object' || options === null)
    throw new ConfigurationError('missing-option', 'redisStore', 'give an object: `redisStore({ client })`.');
  const known = ['client', 'evaluate', 'prefix', 'timeoutMs'];
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw new ConfigurationError(
        'unknown-option',
        `redisStore.${name}`,
        `there is no such option. Known here: ${known.join(', ')}.`,
      );
  const { client, evaluate, prefix = 'postern:', timeoutMs = 250 } = options;
  if ((client === undefined) === (evaluate === undefined))
    throw new ConfigurationError(
      client === undefined ? 'missing-option' : 'invalid-option',
      'redisStore.client',
      'give either `client`, or `evaluate` for Redis over HTTP.',
    );
  if (typeof prefix !== 'string' || !/^[!-~]{1,128}$/.test(prefix))
    throw new ConfigurationError(
      'invalid-option',
      'redisStore.prefix',
      'give 1 to 128 visible ASCII characters, such as "postern:".',
    );
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 5_000)
    throw new ConfigurationError(
      'invalid-limit',
      'redisStore.timeoutMs',
      'give a positive whole number of milliseconds, at most 5000: the guard itself waits no longer.',
    );
  return { connection: client === undefined ? overHttp(evaluate) : connectionOf(client), prefix, timeoutMs };
}

function overHttp(evaluate: unknown): Connection {
  if (typeof evaluate !== 'function')
    throw new ConfigurationError(
      'invalid-option',
      'redisStore.evaluate',
      'give a function: `(script, keys, args) => redis.eval(script, keys, args)`.',
    );
  return { isReady: () => true, evaluate: evaluate as Evaluate };
}
