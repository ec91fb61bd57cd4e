import type { Field } from '../types.ts';

/**
 * How a provider is asked whether a delivery is true, as data. `confirmWith` interprets it.
 *
 * Texts of requests are templates: `{name}` is a value of the notice, a credential, a derived value, `{token}`, `{isoTime}`
 * (`2026-11-27T12:00:00Z`), `{offsetTime}` (`2026-11-27T12:00:00+00:00`), `{compactTime}` (`20261127120000`) or `{unixTime}`, the last four of
 * the present.
 */
export interface Confirmation {
  /** The registered name of the provider. */
  readonly provider: string;
  /** The vendor's page on asking it. */
  readonly docs: string;
  /** What every path is appended to: `https`, a host name, and a path without a slash at its end. Nothing else is ever asked. */
  readonly base: { readonly live: string; readonly sandbox: string };
  /** What is read from the delivery: `id` at least, and by custom `reference` and `type`. */
  readonly notice: { readonly id: NoticeValue } & Readonly<Record<string, NoticeValue>>;
  /** The names of the credentials; each must be given. */
  readonly credentials: readonly string[];
  /** How a credential begins that is of one system alone, for vendors with one host for both: one of the other system is refused. */
  readonly systems?: Readonly<Record<string, { readonly live?: string; readonly sandbox?: string }>>;
  /** Values computed from others, by their name. */
  readonly derived?: Readonly<Record<string, Derived>>;
  readonly token?: TokenRequest;
  readonly lookup: RequestTemplate;
  readonly answer: AnswerData;
  /** The most requests a minute, tokens included. Default 100. */
  readonly perMinute?: number;
}

/** A value of the delivery. One that does not fit its pattern as a whole is refused before anybody is asked. */
export interface NoticeValue {
  /** Where it may stand. Where it stands in several of them, all must agree. */
  readonly at: Field | readonly Field[];
  /** What the whole value looks like; anchors are added. */
  readonly pattern: RegExp;
  /** For ids that mean the same in capitals: what it is brought to. Without it, another spelling would be another event. */
  readonly fold?: 'lower' | 'upper';
  /** True where a delivery may lack it. Default false. */
  readonly optional?: boolean;
}

/** A value computed from others. */
export type Derived =
  | { readonly base64: string }
  | {
      readonly hmac: 'sha256' | 'sha512';
      readonly key: string;
      readonly over: string;
      readonly encoding: 'hex' | 'base64';
    };

/** A request. */
export interface RequestTemplate {
  /** Default: `'POST'` with a body, else `'GET'`. */
  readonly method?: 'GET' | 'POST';
  /** Path and query. A value in it is percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** User and password of an `authorization: Basic …` header. */
  readonly basic?: readonly [user: string, password: string];
  /** A JSON body: the strings in it are templates, and the string `'{body}'` is the delivery's JSON body as it came. */
  readonly json?: JsonTemplate;
  /** A form body. */
  readonly form?: Readonly<Record<string, string>>;
  /** The delivery's body as it came, byte for byte, for vendors that want it posted back. */
  readonly raw?: {
    /** Text in front of it: `'cmd=_notify-validate&'`. */
    readonly before?: string;
    /** Fields of the form that are left out. */
    readonly except?: readonly string[];
  };
}

/** A JSON value whose strings are templates. */
export type JsonTemplate =
  | string
  | number
  | boolean
  | null
  | readonly JsonTemplate[]
  | { readonly [key: string]: JsonTemplate };

/** How a token is had. It is kept until shortly before it expires. */
export interface TokenRequest extends RequestTemplate {
  /** Where tokens are had, for vendors that give them at another host. Default: the confirmation's `base`. */
  readonly base?: Confirmation['base'];
  /** The path of the token in the JSON answer. */
  readonly at: string;
  /** Where the answer says how long it counts: ISO 8601, or seconds from now. Default: `lifetimeSeconds`. */
  readonly expires?: { readonly date: string } | { readonly seconds: string };
  /** How the vendor refuses a token that counts no more, where that is not HTTP 401: a condition on its JSON answer. */
  readonly refused?: Condition;
  /** How long it counts at most, by the vendor's own words. */
  readonly lifetimeSeconds: number;
}

/**
 * Where a value stands: a path of keys in the JSON answer (a number is an index), one key of it that has dots in its name, a path that counts
 * only where the answer holds something else `beside` it, a fixed text, or, once the answer has vouched for it, a field of the delivery itself.
 */
export type AnswerPlace =
  | string
  | { readonly key: string }
  | { readonly at: string; readonly beside: string }
  | { readonly fixed: string }
  | { readonly delivery: Exclude<Field, { readonly header: string }> };

/** A condition on the JSON answer: the scalar at the path is one of these texts. */
export interface Condition {
  readonly at: string;
  readonly is: readonly string[];
}

/** The vendor's words for one outcome. A list among them holds the names of one state, in turn: what is settled was paid before, and is no new event. */
export type StatusWords = readonly (string | readonly string[])[];

/** The places that may differ from one type of notice to another. */
export interface AnswerPlaces {
  /** Your reference. */
  readonly reference: AnswerPlace;
  readonly amount?: AnswerPlace;
  readonly currency?: AnswerPlace;
}

/** How the answer is read. */
export interface AnswerData extends AnswerPlaces {
  /** For vendors that answer in one word: what it is for a genuine delivery, and what for a forged one. Default: the answer is JSON. */
  readonly text?: { readonly genuine: string; readonly forged: string };
  /** What a JSON answer of a look-up that worked holds; without it, the vendor counts as unavailable. */
  readonly success?: Condition;
  /** How the vendor says that there is no such payment: statuses of HTTP, or a condition on the JSON answer, whatever its status. */
  readonly unknown?: { readonly http?: readonly number[]; readonly where?: Condition };
  /** How the vendor says that it does not know yet, where that is no status of the payment. */
  readonly unsettled?: Condition;
  /** The id, where the answer repeats it: it must be the one that was asked for. */
  readonly id?: AnswerPlace;
  readonly status: AnswerPlace;
  /**
   * Further values that tell one event from another, beside the id and the status. They are the answer's and differ for no type of notice: whoever
   * writes the notice chooses its type, and would choose anew for each run. Decimals count by their value, and zero is as good as absent.
   */
  readonly identity?: readonly AnswerPlace[];
  /**
   * The vendor's words for what became of a payment, compared without regard to case; `000.200.*` stands for all that begin so. A word of none
   * of these lists makes the vendor count as unavailable.
   */
  readonly statuses: {
    readonly paid: StatusWords;
    readonly failed?: StatusWords;
    readonly reversed?: StatusWords;
    /** Not decided yet. The sender is asked to try again: a notice that overtakes its payment must not be acknowledged and lost. */
    readonly pending?: StatusWords;
    /** Not decided yet, said by a notice that will never say anything else: the handler gets it as `pending`, since no later try would differ. */
    readonly open?: StatusWords;
  };
  /** What must be ours, where the vendor vouches for deliveries of every merchant: a value, and a template of the credentials that it must equal. */
  readonly own?: readonly { readonly at: AnswerPlace; readonly is: string }[];
  /** Where the answer says which system it speaks of, and its words for the two. */
  readonly environment?: { readonly at: AnswerPlace; readonly live: string; readonly sandbox: string };
  /** True where amounts are whole numbers of the currency's smallest unit. Default false. */
  readonly minorUnits?: boolean;
  /** Places that differ for a type of notice (the notice's value `type`). */
  readonly byType?: Readonly<Record<string, Partial<AnswerPlaces>>>;
}
