import type { SettledRecord, VerdictRecord } from '@postern/core';
import type { NodeTraits } from '@postern/core/node';
import type { FastifyRequest } from 'fastify';

/** What to do here about a body that was taken before the guard. */
export const REMEDY =
  'In Fastify, register the guard outside the scope whose onRequest or preParsing hook takes the body, let that hook pass this route by, or let it keep the bytes in request.raw.rawBody.';

/** Whom Fastify takes for the client, and a request's log, which is told what became of its delivery. A log that hears no warnings is no ear: the process warnings come then. */
export function traitsOf({ log, ip }: FastifyRequest): NodeTraits {
  const traits = { remedy: REMEDY, framework: { setting: "Fastify's `trustProxy`", clientAddress: () => ip } };
  // Without a logger, and below a logger's level, all its methods are one that does nothing.
  if (log.warn === log.trace) return traits;
  const tell = (level: 'info' | 'warn' | 'error', { error, ...webhook }: VerdictRecord | SettledRecord) =>
    log[level]({ webhook, err: error }, `webhook ${webhook.outcome}${webhook.reason ? `: ${webhook.reason}` : ''}`);
  return {
    ...traits,
    onVerdict: (record) => tell(!record.reason ? 'info' : record.status === 500 ? 'error' : 'warn', record),
    onSettled: (record) => tell(record.outcome === 'committed' ? 'info' : 'error', record),
  };
}
