// A DNS server of the test's own, on loopback: it answers A and AAAA over UDP as it is told (RFC 1035, RFC 3596).
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What is known of a name: its addresses of both families, or how it is not answered. */
export type NameAnswer =
  | { readonly addresses: readonly string[]; readonly ttl?: number }
  | 'NXDOMAIN'
  | 'SERVFAIL'
  | 'silence'
  | 'garbage';

/** A server, and what it was asked. */
export interface NameServer {
  /** Asks this server, and no other. */
  readonly resolver: Resolver;
  /** `A www.vendor.example`, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

const TYPES = { 1: 'A', 28: 'AAAA' } as const;

/** Starts a server that looks each question up in `answer`. */
export async function startNames(answer: (name: string) => NameAnswer): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end } = readName(query);
    const type = query.readUInt16BE(end);
    asked.push(`${TYPES[type as keyof typeof TYPES] ?? type} ${name}`);
    const found = answer(name);
    if (found === 'silence') return;
    if (found === 'garbage') return void socket.send(Buffer.from('no answer'), from.port, from.address);
    const code = found === 'NXDOMAIN' ? 3 : found === 'SERVFAIL' ? 2 : 0;
    const records =
      typeof found === 'string' ? [] : found.addresses.filter((one) => one.includes(':') === (type === 28));
    const ttl = typeof found === 'string' ? 0 : (found.ttl ?? 300);
    const head = Buffer.alloc(12);
    head.writeUInt16BE(query.readUInt16BE(0), 0);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const question = query.subarray(12, end + 4);
    socket.send(
      Buffer.concat([head, question, ...records.map((one) => record(one, type, ttl))]),
      from.port,
      from.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return {
    resolver,
    asked,
    close: () => new Promise((done) => socket.close(() => done())),
  };
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** One resource record, its name a pointer to the question's. */
function record(address: string, type: number, ttl: number): Buffer {
  const data = type === 1 ? Buffer.from(address.split('.').map(Number)) : ipv6(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function ipv6(address: string): Buffer {
  const [before = '', after] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const tail = groups(after ?? '');
  const zeros = after === undefined ? 0 : 8 - groups(before).length - tail.length;
  const data = Buffer.alloc(16);
  for (const [index, group] of [...groups(before), ...Array<string>(zeros).fill('0'), ...tail].entries())
    data.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  return data;
}
