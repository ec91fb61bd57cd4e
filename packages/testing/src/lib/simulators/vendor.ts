import type { SimulatorAnswer } from './simulator.ts';

/** A payment that a simulated vendor knows. */
export interface SimulatedPayment {
  /** Your reference. */
  readonly reference: string;
  /** As it stands in the JSON: `10000.00`. */
  readonly amount: string;
  readonly currency: string;
  /** The vendor's own word. */
  readonly status: string;
  /** True for one of the live system, where the vendor says so. Default false. */
  readonly live?: boolean;
  /** Further members of the vendor's answer, for vendors that are asked with a key. */
  readonly also?: Readonly<Record<string, unknown>>;
}

/** A request that a vendor was sent, read. */
export interface VendorRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What a vendor knows. */
export interface VendorBook {
  find(id: string): SimulatedPayment | undefined;
  /** True for a text that the vendor sent itself. */
  sent(text: string): boolean;
  /** Gives a new token. */
  issue(): string;
  /** True for a header that carries a token which still counts. */
  admits(authorization: string | string[] | undefined): boolean;
}

/** A vendor: its hosts, whom it lets in, and how it answers. */
export interface Vendor<Credentials extends Readonly<Record<string, string>> = Readonly<Record<string, string>>> {
  readonly hosts: readonly string[];
  readonly credentials: Credentials;
  answer(request: VendorRequest, book: VendorBook): SimulatorAnswer | Promise<SimulatorAnswer>;
}

/** Keeps the names of a vendor's credentials in its type. */
export function vendor<const Credentials extends Readonly<Record<string, string>>>(
  one: Vendor<Credentials>,
): Vendor<Credentials> {
  return one;
}

/** An answer of JSON text, in which numbers stand as they were given: `JSON.stringify` would drop zeros at their ends. */
export function jsonText(body: string): SimulatorAnswer {
  return { headers: { 'content-type': 'application/json' }, body };
}

/** The header of user and password. */
export function basic(user: string, password: string): string {
  return `Basic ${btoa(`${user}:${password}`)}`;
}

/** HMAC-SHA256 of a text, as bytes. */
export async function hmacSha256(key: string, text: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)));
}

/** The refusal of whoever is not let in. */
export const UNAUTHORISED: SimulatorAnswer = Object.freeze({
  status: 401,
  body: { message: 'unauthorised: simulated' },
});

/** The answer for what is not there. */
export const NOT_FOUND: SimulatorAnswer = Object.freeze({ status: 404, body: { message: 'not found: simulated' } });
