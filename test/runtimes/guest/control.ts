import type { Closed, Configuration, Configured } from '../messages.ts';
import { faultOf, type Home } from './home.ts';

/** The server of one configuration. */
export interface GuestServer {
  readonly home: Home;
  readonly port: number;
  close(): Promise<unknown>;
}

/** Starts the server of a configuration. @throws ConfigurationError for one that could not work */
export type Open = (configuration: Configuration) => GuestServer | Promise<GuestServer>;

/** The door through which the test's process says what to guard with: `POST /open` with a configuration, `POST /close`. One server at a time. */
export function createControl(open: Open): (request: Request) => Promise<Response> {
  let server: GuestServer | undefined;
  return async (request) => {
    await server?.close();
    const sent = server?.home.sent() ?? 0;
    server = undefined;
    if (new URL(request.url).pathname === '/close') return Response.json({ sent } satisfies Closed);
    try {
      server = await open((await request.json()) as Configuration);
      return Response.json({ port: server.port } satisfies Configured);
    } catch (error) {
      return Response.json({ fault: faultOf(error) } satisfies Configured);
    }
  };
}

/** Says where the control door is: the first line on standard output. */
export function announce(port: number): void {
  console.log(JSON.stringify({ control: port }));
}
