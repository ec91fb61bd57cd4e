import { scalarText, valueAt } from '../scheme/place.ts';
import { readStrictJson, type StrictJson } from '../scheme/strict-json.ts';
import { compose } from './compose.ts';
import type { TokenRequest } from './confirmation.ts';
import { createFlights } from './flights.ts';
import { type Sending, send, type Unavailable } from './send.ts';
import type { Values } from './template.ts';

/** A token that is asked for when it is needed, and kept until shortly before it expires. */
export interface Tokens {
  /** Gives one that still counts. `stale` is one that the provider has just refused: it is not given again. */
  get(values: () => Promise<Values>, sending: Sending, stale?: string): Promise<string | Unavailable>;
}

/** A token is renewed so long before its end: a request that is under way must not outlive it. */
const MARGIN_MS = 60_000;

/** Makes the cache of one provider's token. */
export function createTokens(request: TokenRequest, base: string, now: () => number): Tokens {
  const flights = createFlights<string | Unavailable>();
  let held: { readonly token: string; readonly until: number } | undefined;

  async function fetchToken(values: () => Promise<Values>, sending: Sending): Promise<string | Unavailable> {
    const answer = await send(compose(request, base, await values(), new Uint8Array()), sending);
    if ('unavailable' in answer) return answer;
    if (answer.status === 401 || answer.status === 403)
      return {
        unavailable: `the provider refuses the credentials (HTTP ${answer.status}): look at them, and at environment`,
      };
    const json = answer.status < 300 ? readStrictJson(answer.body) : undefined;
    const token = json === undefined ? 'absent' : scalarText(valueAt(json, request.at));
    // The answer itself is told to nobody: it may hold a token at another place.
    if (json === undefined || typeof token === 'string' || !/^[\x21-\x7e][\x20-\x7e]{0,8191}$/.test(token.text))
      return {
        unavailable: `the provider gave no token (HTTP ${answer.status}): look at the credentials, and at environment`,
      };
    const at = now();
    held = { token: token.text, until: at + lifetimeMs(json, request, at) };
    return token.text;
  }

  return {
    async get(values, sending, stale) {
      if (held !== undefined && held.token !== stale && held.until > now()) return held.token;
      if (held?.token === stale) held = undefined;
      return flights('token', () => fetchToken(values, sending));
    },
  };
}

/** How long to keep it: what the answer says, never longer than the vendor's page does, less the margin. */
function lifetimeMs(json: StrictJson, request: TokenRequest, at: number): number {
  const most = request.lifetimeSeconds * 1000;
  const { expires } = request;
  const found = expires && scalarText(valueAt(json, 'date' in expires ? expires.date : expires.seconds));
  const text = typeof found === 'object' ? found.text : undefined;
  const said =
    expires === undefined || text === undefined
      ? most
      : 'date' in expires
        ? // Without a zone it is UTC: vendors that leave it out mean that.
          Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`) - at
        : Number(text) * 1000;
  const lifetime = Number.isFinite(said) ? Math.min(said, most) : most;
  return lifetime - Math.min(MARGIN_MS, lifetime / 2);
}
