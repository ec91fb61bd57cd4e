// One hash for each event, which Redis drops when its time is over. What it says is told by the fields it has:
//
//   owner, leaseUntil, attempts, material   claimed, and the lease tells whether it runs or may be taken over
//          leaseUntil, attempts, material   given back
//   owner                                   done, by this owner
//
// So an end is a deletion, which a Redis whose memory is full still does: it refuses new events, and lets the running ones finish.
// Nothing here is newer than Redis 5. The time is the server's.

/** KEYS: the event. ARGV: owner, leaseMs, keepMs, material, and '1' for a late retry. Returns an outcome and a number. */
export const CLAIM = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entry = redis.call('HMGET', KEYS[1], 'owner', 'leaseUntil', 'attempts', 'material')
local owner, leaseUntil, attempts = entry[1], entry[2], tonumber(entry[3] or 0)
if owner and not leaseUntil then return {'done', 0} end
if owner and tonumber(leaseUntil) > now then
  if owner == ARGV[1] then return {'claimed', attempts} end
  return {'running', tonumber(leaseUntil) - now}
end
local late = ARGV[5] == '1'
if late and entry[4] ~= ARGV[4] then return {'unknown', 0} end
local leaseMs, keepMs = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'leaseUntil', string.format('%.0f', now + leaseMs), 'attempts', attempts + 1, 'material', ARGV[4])
if not late then redis.call('PEXPIRE', KEYS[1], keepMs)
elseif redis.call('PTTL', KEYS[1]) < leaseMs then redis.call('PEXPIRE', KEYS[1], leaseMs) end
return {'claimed', attempts + 1}
`.trim();

/** KEYS: the event. ARGV: owner. Returns 1 when this owner has completed it, now or before. */
export const COMPLETE = `
local entry = redis.call('HMGET', KEYS[1], 'owner', 'leaseUntil')
if ARGV[1] == '' or entry[1] ~= ARGV[1] then return 0 end
if entry[2] then redis.call('HDEL', KEYS[1], 'leaseUntil', 'attempts', 'material') end
return 1
`.trim();

/** KEYS: the event. ARGV: owner. Returns 1 when the event was given back. */
export const RELEASE = `
local entry = redis.call('HMGET', KEYS[1], 'owner', 'leaseUntil')
if ARGV[1] == '' or entry[1] ~= ARGV[1] or not entry[2] then return 0 end
redis.call('HDEL', KEYS[1], 'owner')
return 1
`.trim();

/**
 * KEYS: the event. ARGV: owner. Takes back a claim whose answer nobody waited for: as a release, and the attempt that never began is not counted.
 * What it was signed with stays known, so that its retry is let in however late it comes.
 */
export const WITHDRAW = `
local entry = redis.call('HMGET', KEYS[1], 'owner', 'leaseUntil')
if ARGV[1] == '' or entry[1] ~= ARGV[1] or not entry[2] then return 0 end
redis.call('HDEL', KEYS[1], 'owner')
redis.call('HINCRBY', KEYS[1], 'attempts', -1)
return 1
`.trim();

/** KEYS: any, so that a cluster knows which server is asked. Returns what the server says of its memory and its role. */
export const DESCRIBE = `
return redis.call('INFO', 'memory') .. redis.call('INFO', 'replication')
`.trim();
