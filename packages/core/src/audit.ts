// Node.js, Bun and Deno only: it writes files.
export { type AuditLog, type AuditLogOptions, auditLog } from './lib/audit/audit-log.ts';
export type { AuditedSecret } from './lib/audit/line.ts';
