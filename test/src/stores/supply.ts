import { randomBytes } from 'node:crypto';
import { postgresStore } from '@postern/postgres';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { openPostgres, startPostgres } from '../../services/postgres.ts';
import { openRedis, startRedis } from '../../services/redis.ts';
import { startProxy, type TcpProxy } from '../../services/tcp-proxy.ts';
import type { StoreAddress } from './address.ts';

/** A real store behind a proxy, with room of its own in it. */
export interface Supply {
  /** How processes reach it: through the proxy. */
  readonly address: StoreAddress;
  readonly proxy: TcpProxy;
  /** How many events it remembers. */
  keys(): Promise<number>;
  /** Forgets every claim. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** A store whose server is one's own, and can be treated as servers are. */
export interface OwnSupply extends Supply {
  /** Where the server itself is, beside the proxy. */
  readonly url: string;
  /** How processes reach the same room in it beside the proxy. */
  readonly straight: StoreAddress;
  /** Kills the server. What it had answered it still knows when it is started again. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops it from doing anything, with its connections open. */
  freeze(): void;
  thaw(): void;
}

/** Starts a server of this kind for oneself. */
export async function startSupply(kind: 'redis' | 'postgres'): Promise<OwnSupply> {
  // Redis keeps nothing over its death unless it is told to.
  const server = kind === 'redis' ? await startRedis({ arguments: ['--appendonly', 'yes'] }) : await startPostgres();
  const supply = kind === 'redis' ? await supplyRedis(server) : await supplyPostgres(server);
  return {
    ...supply,
    url: server.url,
    straight: supply.address.kind === 'memory' ? supply.address : { ...supply.address, url: server.url },
    kill: () => server.stop('kill'),
    start: () => server.start(),
    freeze: () => server.pause(),
    thaw: () => server.resume(),
  };
}

/** Opens the store of this name: the one that REDIS_URL or POSTGRES_URL names, loopback's, or one started for it. */
export function openSupply(kind: 'redis' | 'postgres'): Promise<Supply> {
  return kind === 'redis' ? openRedis().then(supplyRedis) : openPostgres().then(supplyPostgres);
}

/** Where a server is, and what ends it or one's part in it. */
interface Service {
  readonly url: string;
  close(): Promise<void>;
}

async function supplyRedis(service: Service): Promise<Supply> {
  const proxy = await startProxy(portOf(service.url, 6379));
  const admin = new Redis(service.url);
  // Its server may be killed: that is not an error of this tool.
  admin.on('error', () => undefined);
  const prefix = `postern-supply-${randomBytes(6).toString('hex')}:`;
  const pages = (): AsyncIterable<string[]> => admin.scanStream({ match: `${prefix}*`, count: 1000 });
  const countKeys = async () => {
    // A scan may show a key twice.
    const found = new Set<string>();
    for await (const keys of pages()) for (const key of keys) found.add(key);
    return found.size;
  };
  // Page by page: a drill leaves more keys than one call takes arguments.
  const empty = async () => {
    for await (const keys of pages()) if (keys.length > 0) await admin.del(...keys);
  };
  return {
    address: { kind: 'redis', url: through(service.url, proxy), prefix },
    proxy,
    keys: countKeys,
    empty,
    async close() {
      await empty();
      admin.disconnect();
      await proxy.close();
      await service.close();
    },
  };
}

async function supplyPostgres(service: Service): Promise<Supply> {
  const proxy = await startProxy(portOf(service.url, 5432));
  const admin = new Pool({ connectionString: service.url, max: 1 });
  // The database may be gone before its last connection knows.
  admin.on('error', () => undefined);
  const table = 'postern_claims';
  await postgresStore({ client: admin, table }).migrate();
  return {
    address: { kind: 'postgres', url: through(service.url, proxy), table },
    proxy,
    keys: async () => Number((await admin.query(`SELECT count(*) FROM ${table}`)).rows[0].count),
    empty: async () => void (await admin.query(`TRUNCATE ${table}`)),
    async close() {
      await admin.end();
      await proxy.close();
      await service.close();
    },
  };
}

function portOf(url: string, usual: number): number {
  const { port } = new URL(url);
  return port === '' ? usual : Number(port);
}

function through(url: string, { port }: TcpProxy): string {
  const parsed = new URL(url);
  parsed.hostname = '127.0.0.1';
  parsed.port = String(port);
  return parsed.href;
}
