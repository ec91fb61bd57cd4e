/** One question to a vendor. */
export interface OutboundRequest {
  /** Absolute, `https`, without userinfo, port, fragment or IP literal. */
  readonly url: string;
  /** The hosts that may be asked. A `*` stands for exactly one label, and never for one of the last two: `sns.*.amazonaws.com`. */
  readonly hosts: readonly string[];
  /** Default `GET`. */
  readonly method?: 'GET' | 'POST';
  /** Beside those that the client sets by itself: `host`, `accept-encoding`, `content-length` and `connection`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** The deadline over everything, from the look-up of the name to the last byte of the answer, milliseconds. */
  readonly timeoutMs: number;
  /** The longest body that is taken, bytes. */
  readonly maxBytes: number;
  /** Ends the request early: as `timeout`. */
  readonly signal?: AbortSignal;
}

/** Why there is no answer. `refused-url` and `refused-address` were stopped before a byte left. */
export type OutboundFailure = 'refused-url' | 'refused-address' | 'redirected' | 'timeout' | 'too-large' | 'network';

/** The answer, whatever its status, or why there is none. */
export type OutboundResult =
  | {
      readonly ok: true;
      readonly status: number;
      /** By their names in lower case. Cookies are left out. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | {
      readonly ok: false;
      readonly failure: OutboundFailure;
      /** For the operator's record only. */
      readonly error?: unknown;
    };

/** Asks a vendor. Never rejects: what goes wrong is a value. A function of your own may stand in its place. */
export interface Outbound {
  (request: OutboundRequest): Promise<OutboundResult>;
  /** The authorities in PEM that a host is trusted by, where the runtime shows them: certificates that are fetched from it are held against these, too. */
  authorities?(host: string): readonly string[];
}

/** Another way to a host than its name in the DNS. */
export interface OutboundRoute {
  /** Where to connect: an IP address. It is the configuration's own, so a private one is taken. */
  readonly address: string;
  readonly port: number;
  /** Certificate authorities in PEM that this host is trusted by, in place of the system's. */
  readonly ca?: string;
}

/** What looks names up: a `Resolver` of `node:dns/promises` is one. A family that a name has no address of is an error with the code `ENODATA`. */
export interface HostResolver {
  resolve4(host: string, options: { readonly ttl: true }): Promise<readonly HostAddress[]>;
  resolve6(host: string, options: { readonly ttl: true }): Promise<readonly HostAddress[]>;
}

/** One address of a name, and for how long it may be kept, seconds. */
export interface HostAddress {
  readonly address: string;
  readonly ttl: number;
}

/** Options of `createOutbound`. None of them weakens what is checked of a certificate. */
export interface OutboundOptions {
  /**
   * Hosts that are reached on another way, by their names: through an egress gateway that passes TLS on, or on loopback in tests. The
   * certificate that is met there must still be one of the host's name. Node.js, Bun and Deno only. Default: none.
   */
  readonly routes?: Readonly<Record<string, OutboundRoute>> | undefined;
  /** Gives the addresses of a host. Each of them is held to the same rule: a private one is refused. Node.js, Bun and Deno only. Default: the system's resolver. */
  readonly resolve?: ((host: string) => Promise<readonly string[]>) | undefined;
}
