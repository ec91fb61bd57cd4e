// Checked by `pnpm types`: each client that people have is taken as it is.
import type { PGlite, Transaction } from '@electric-sql/pglite';
import type { ClaimStore, Delivery } from '@postern/core';
import type { Client, Pool, PoolClient } from 'pg';
import { describe, expectTypeOf, it } from 'vitest';
import type { ClaimedDelivery, PostgresClient, PostgresStore, postgresStore } from './index.ts';

describe('the types of postgresStore', () => {
  it('take pools, clients and transactions', () => {
    expectTypeOf<Pool>().toExtend<PostgresClient>();
    expectTypeOf<Client>().toExtend<PostgresClient>();
    expectTypeOf<PoolClient>().toExtend<PostgresClient>();
    expectTypeOf<PGlite>().toExtend<PostgresClient>();
    expectTypeOf<Transaction>().toExtend<PostgresClient>();
  });

  it('make a claim store', () => {
    expectTypeOf<ReturnType<typeof postgresStore<Pool>>>().toEqualTypeOf<PostgresStore<Pool>>();
    expectTypeOf<PostgresStore<Pool>>().toExtend<ClaimStore>();
  });

  it('lend a transaction the pool’s own connections', () => {
    type Lent<Store extends PostgresStore> = Parameters<Parameters<Store['transaction']>[1]>[0];
    expectTypeOf<Lent<PostgresStore<Pool>>>().toEqualTypeOf<PoolClient>();
    expectTypeOf<Lent<PostgresStore<PGlite>>>().toEqualTypeOf<PostgresClient>();
  });

  it('take any delivery', () => {
    expectTypeOf<Delivery<{ amount: number }>>().toExtend<ClaimedDelivery>();
  });
});
