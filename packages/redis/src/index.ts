export type { IoredisClient, NodeRedisClient, NodeRedisCluster } from './lib/clients.ts';
export type { RedisStoreOptions } from './lib/options.ts';
export { redisStore } from './lib/redis-store.ts';
