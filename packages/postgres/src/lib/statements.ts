import type { Table } from './table.ts';

/** Every statement of the store, with the table's name in it. All else is a parameter. */
export interface Statements {
  readonly claim: string;
  readonly complete: string;
  readonly release: string;
  readonly undo: string;
  readonly prune: string;
  readonly check: string;
}

/** Writes the statements for one table. */
export function writeStatements(table: Table): Statements {
  const { quoted } = table;
  return {
    claim: claim(quoted),
    // Unconditionally, so that an owner whose answer was lost waits for its own first statement, and is told true again.
    complete: `UPDATE ${quoted} SET done = true, material = ''
WHERE key = $1::text AND owner = $2::text AND owner <> '' RETURNING done`,
    // NOWAIT: the row is locked while the handler's own transaction completes it. That transaction decides, and nobody waits for it.
    release: `UPDATE ${quoted} SET owner = '' WHERE key = (
  SELECT key FROM ${quoted} WHERE key = $1::text AND owner = $2::text AND owner <> '' AND NOT done FOR UPDATE NOWAIT
) RETURNING true AS released`,
    // As a release, and the attempt that never began is not counted. What it was signed with stays known: its retry is let in however late it comes.
    undo: `UPDATE ${quoted} SET owner = '', attempts = attempts - 1
WHERE key = $1::text AND owner = $2::text AND owner <> '' AND NOT done`,
    // What is locked is being claimed anew. The clock stands in a subselect: it is read once, and the index can be used.
    prune: `WITH gone AS (
  DELETE FROM ${quoted} WHERE key = ANY (ARRAY(
    SELECT key FROM ${quoted} WHERE keep_until <= (SELECT clock_timestamp())
    ORDER BY keep_until LIMIT $1::integer FOR UPDATE SKIP LOCKED
  )) RETURNING key
)
SELECT count(*)::integer AS pruned FROM gone`,
    check: `SELECT current_setting('synchronous_commit') = 'off' AS hasty, current_setting('fsync') = 'off' AS unsafe,
  EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('${quoted}') AND relpersistence <> 'p') AS volatile`,
  };
}

/**
 * $1 key, $2 owner, $3 lease and $4 keep in milliseconds, $5 material, $6 retryOnly.
 *
 * All parts see the table as it was when the statement began; only a row that is being locked is looked at anew. So a row that is there
 * is never inserted over, which would wait for whoever is changing it, and one that somebody has locked is passed by.
 * `raced` and `held` say that another was quicker: the statement has changed nothing, and is asked again.
 */
function claim(table: string): string {
  const now = '(SELECT now FROM clock)';
  const lease = `${now} + $3::float8 * interval '1 millisecond'`;
  const keep = `${now} + $4::float8 * interval '1 millisecond'`;
  return `WITH clock AS (
  SELECT clock_timestamp() AS now
), seen AS (
  SELECT key, owner, attempts, done, material, keep_until > ${now} AS kept, lease_until > ${now} AS leased,
    ceil(extract(epoch FROM lease_until - ${now}) * 1000)::float8 AS rest
  FROM ${table} WHERE key = $1::text
), taken AS (
  UPDATE ${table} SET owner = $2::text, done = false, material = $5::text, lease_until = ${lease},
    attempts = CASE WHEN keep_until > ${now} THEN attempts + 1 ELSE 1 END,
    keep_until = CASE WHEN $6::boolean THEN greatest(keep_until, ${lease}) ELSE ${keep} END
  WHERE key = (
    SELECT key FROM ${table} WHERE key = $1::text AND CASE WHEN keep_until > ${now}
      THEN NOT done AND (owner = '' OR lease_until <= ${now}) AND (material = $5::text OR NOT $6::boolean)
      ELSE NOT $6::boolean END
    FOR UPDATE SKIP LOCKED
  ) RETURNING attempts
), inserted AS (
  INSERT INTO ${table} (key, owner, attempts, done, lease_until, keep_until, material)
  SELECT $1::text, $2::text, 1, false, ${lease}, ${keep}, $5::text
  WHERE NOT $6::boolean AND NOT EXISTS (SELECT FROM seen)
  ON CONFLICT DO NOTHING RETURNING attempts
)
SELECT CASE
    WHEN got.attempt IS NOT NULL THEN 'claimed'
    WHEN kept AND done THEN 'done'
    WHEN kept AND leased AND owner = $2::text THEN 'claimed'
    WHEN kept AND leased AND owner <> '' THEN 'running'
    WHEN $6::boolean AND (kept IS NOT TRUE OR material <> $5::text) THEN 'unknown'
    WHEN seen.key IS NULL THEN 'raced'
    ELSE 'held'
  END AS state, coalesce(got.attempt, seen.attempts) AS attempt, rest
FROM (SELECT coalesce((SELECT attempts FROM taken), (SELECT attempts FROM inserted)) AS attempt) AS got
LEFT JOIN seen ON true`;
}
