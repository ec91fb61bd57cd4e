export type { PostgresClient } from './lib/client.ts';
export { migration } from './lib/migration.ts';
export {
  type ClaimedDelivery,
  type PostgresConnection,
  type PostgresStore,
  type PostgresStoreOptions,
  postgresStore,
} from './lib/postgres-store.ts';
