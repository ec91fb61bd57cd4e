import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and does what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** From now on each answer comes so many milliseconds later. 1 or more; `straight` ends it. */
  delay(milliseconds: number): void;
  /** Hands on what was held back, and delays nothing any more. */
  straight(): void;
  /** The next answer is not handed on: both connections are cut in its place. Resolves when that has happened. */
  cutNextAnswer(): Promise<void>;
  /** Cuts every connection, and takes no new ones until `open`. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** Starts a proxy of a port of this machine. */
export async function startProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  /** Answers that are held back, in order, of all connections. */
  const held: { hand(): void; timer: NodeJS.Timeout }[] = [];
  let delayMs: number | undefined;
  let isShut = false;
  let cut: (() => void) | undefined;

  function handOn(task: () => void): void {
    if (delayMs === undefined) {
      task();
      return;
    }
    const one = {
      hand: task,
      timer: setTimeout(() => {
        held.splice(held.indexOf(one), 1);
        task();
      }, delayMs),
    };
    held.push(one);
  }

  const server = createServer((near) => {
    if (isShut) return near.destroy();
    const far = connect(target, '127.0.0.1');
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => {
      if (cut !== undefined) {
        end();
        cut();
        cut = undefined;
        return;
      }
      handOn(() => void (near.writable && near.write(data)));
    });
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    straight() {
      delayMs = undefined;
      for (const { hand, timer } of held.splice(0)) {
        clearTimeout(timer);
        hand();
      }
    },
    cutNextAnswer: () =>
      new Promise((resolve) => {
        cut = resolve;
      }),
    shut() {
      isShut = true;
      destroyAll();
    },
    open() {
      isShut = false;
    },
    async close() {
      for (const { timer } of held.splice(0)) clearTimeout(timer);
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
}
