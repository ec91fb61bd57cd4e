// What the tests use of vendors' libraries that carry no types.
declare module 'k2-connect-node' {
  interface Request {
    readonly body: unknown;
    get(name: string): string | undefined;
  }
  interface Response {
    status(code: number): { json(): void };
  }
  interface K2 {
    readonly Webhooks: { webhookHandler(request: Request, response: Response): Promise<unknown> };
  }
  const createK2: (options: Readonly<Record<'apiKey' | 'baseUrl' | 'clientId' | 'clientSecret', string>>) => K2;
  export = createK2;
}

declare module 'braintree' {
  interface Notification {
    readonly bt_signature: string;
    readonly bt_payload: string;
  }
  export const Environment: { readonly Sandbox: unknown };
  export class BraintreeGateway {
    constructor(options: Readonly<Record<'environment' | 'merchantId' | 'privateKey' | 'publicKey', unknown>>);
    readonly webhookNotification: { parse(signature: string, payload: string): Promise<unknown> };
    readonly webhookTesting: { sampleNotification(kind: string, id: string): Promise<Notification> };
  }
}
