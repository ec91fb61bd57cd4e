// The way home from a runtime: what its guard decides is told to the test's process, which also plays the handler.

import type { Delivery, ReceiverOptions } from '@postern/core';
import * as providers from '@postern/core/providers';
import type { Reply } from '@postern/testing';
import type { Configuration, Deed, Fault, SentDelivery, Told } from '../messages.ts';

/** What a guard needs of the test's process. */
export interface Home {
  readonly options: ReceiverOptions;
  /** Runs the handler. @throws Error when it does */
  handle(delivery: Delivery): Promise<Reply | undefined>;
  /** How many messages have left so far. */
  sent(): number;
}

/** Keeps a promise going though nobody waits for it: for runtimes that end what no request waits for. */
export type Keep = (work: Promise<unknown>) => void;

/**
 * Makes the options of a configuration, with hooks that lead home.
 *
 * @param url where the test's process listens
 * @throws ConfigurationError for settings that could not work
 */
export function openHome(
  url: string,
  { id, provider, settings, ...rest }: Configuration,
  keep: Keep = () => undefined,
): Home {
  // Messages are numbered, and put in order at home: here, one would have to wait for another request's.
  let count = 0;
  const tell = (what: string, message: unknown) => {
    count++;
    const answer = fetch(`${url}/${what}/${id}/${count}`, { method: 'POST', body: JSON.stringify(message) });
    keep(answer.catch(() => undefined));
    return answer;
  };
  return {
    options: {
      ...rest.options,
      provider: makeProvider(provider, settings),
      secrets: rest.secrets,
      now: () => rest.now ?? Number.NaN,
      onVerdict: (record) => void tell('verdict', { ...record, error: named(record.error) }),
      onSettled: (record) => void tell('settled', { ...record, error: named(record.error) }),
    },
    sent: () => count,
    async handle(delivery) {
      delivery.signal.addEventListener('abort', () => void tell('aborted', {}));
      const answer = await tell('handle', describe(delivery));
      for await (const deed of deeds(answer)) {
        if (deed.does === 'acknowledge') delivery.acknowledge();
        else if (deed.does === 'fail') delivery.fail(new Error('The handler said so.'));
        else if (deed.does === 'return') return deed.reply ?? undefined;
        else break;
      }
      throw new Error('The handler threw.');
    },
  };
}

/** The refusal of a configuration, as it travels. @throws whatever is no such refusal */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error && error.name === 'ConfigurationError')) throw error;
  const { code, option, message } = error as unknown as Fault;
  return { code, option, message };
}

function makeProvider(name: string, settings: Configuration['settings']): ReceiverOptions['provider'] {
  const exported = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const make = Reflect.get(providers, exported) as (settings: unknown) => ReceiverOptions['provider'];
  return make(settings);
}

function named(error: unknown): unknown {
  return error instanceof Error ? { name: error.name, message: error.message } : error;
}

function describe(delivery: Delivery): SentDelivery {
  const {
    provider,
    endpoint,
    tenant = null,
    claim = null,
    id = null,
    type = null,
    timestamp = null,
    secretId,
    covers,
  } = delivery;
  const { attempt, previouslyStarted } = delivery;
  return {
    ...{ provider, endpoint, tenant, claim, id, type, timestamp, secretId, covers, attempt, previouslyStarted },
    body: btoa(Array.from(delivery.body, (byte) => String.fromCharCode(byte)).join('')),
    text: ask(() => delivery.text()),
    json: ask(() => delivery.json()),
    form: ask(() => [...delivery.form()]),
  };
}

function ask<Value>(read: () => Value): Told<Value> {
  try {
    return { value: read() };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
}

/** Reads lines of JSON as they arrive. */
async function* deeds({ body }: Response): AsyncGenerator<Deed> {
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  for (let text = ''; ; ) {
    const { done = true, value } = (await reader?.read()) ?? {};
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Deed;
  }
}
