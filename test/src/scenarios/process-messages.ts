import type { StoreAddress } from '../stores/address.ts';
import type { News, Order } from './place.ts';
import type { Setup } from './setup.ts';

/** What a process of a scenario is told. */
export type Command =
  | { readonly command: 'open'; readonly setup: Setup; readonly address: StoreAddress }
  | { readonly command: 'prepare'; readonly order: Order; readonly reach: boolean }
  | { readonly command: 'leave' };

/** What it answers: to each command in turn, when it is done; and news in between. */
export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'opened'; readonly port: number }
  | { readonly report: 'prepared' | 'left' }
  | { readonly report: 'failed'; readonly message: string }
  /** The last word of one that is about to kill itself. */
  | { readonly report: 'crashing' }
  | ({ readonly report: 'news' } & News);
