import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkSettings, type TimedSettings, type KeySettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** As its page shows it, 2026-11-27. */
const PUBLISHED =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq/+l1WnlRrGSolDMA+A86rAhMbQGmQ2SapVcGM3zq8ANXjnhDWocMqfWcTd95btDydITa10kDvHzw9WQOqp2' +
  'MZI7ZyrfzJuz5nhTPCiJwTwnEtWft7nV14BYRDHvlfqPUaZ+1KR4OCaO/wWIk/rQL/TjY0M70gse8rlBkbo2a8rKhu69RQTRsoaf4DVhDPEeSeI5jVrRDGAMGL3cGuyY' +
  '6CLKGdjVEM78g3JfYOvDU/RvfqD7L89TZ3iN94jrmWdGz34JNlEI5hqK8dd7C5EFBEbZ5jgB8s8ReQV8H+MkuffjdAj3ajDDX3DOJMIut1lBrUVD1AaSrGCKHooWoL2e' +
  'twIDAQAB';

/**
 * Kick: RSA with SHA-256 over id, time and body, under the one key that Kick publishes. That key is in this file; `publicKey` takes another
 * one. The event’s name stands in a header that is not signed.
 *
 * @see https://docs.kick.com/events/webhook-security
 */
export function kick(settings: KeySettings & TimedSettings = {}): Provider {
  checkSettings(settings, ['publicKey', 'toleranceSeconds'], 'kick');
  return defineProvider({
    name: 'kick',
    docs: 'https://docs.kick.com/events/webhook-security',
    scheme: rsa({
      digest: 'sha256',
      encoding: 'base64',
      content: '{id}.{timestamp}.{body}',
      signature: { header: 'kick-event-signature', grammar: 'plain' },
      timestamp: { header: 'kick-event-message-timestamp', unit: 'rfc3339' },
      id: { header: 'kick-event-message-id' },
      publicKeys: [settings.publicKey ?? PUBLISHED],
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { header: 'kick-event-type' },
  });
}
