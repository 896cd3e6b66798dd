/*
 * One side of a transfer, in a process of its own: `transferPeer.js receive|send JSON`. A receiver prints {"port"} when it listens; each
 * side prints its {@link PeerResult} once the file is through.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { BUFFER_SIZE } from '../../src/cli/wire';
import { FernetKey } from '../../src/core/crypto/keys';
import { codecs } from '../../src/core/codecs/codecs';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict } from '../../src/core/values/value';
import type { OutgoingItem } from '../../src/core/item/item';
import type { DialectName } from '../../src/core/wire/dialects';
import { bytesItem } from '../../src/core/wire/outgoing';
import { Inbox } from '../../src/inbox/inbox';
import { fileItem } from '../../src/net/fileItem';
import { ReceiveServer } from '../../src/net/receiveServer';
import { sendWhenPossible } from '../../src/net/persistentSend';
import { sendItems, type SendOptions } from '../../src/net/sendClient';
import { namedKeys } from '../harness/namedKeys';

export interface PeerTask {
  /** Undefined for plain node streams. */
  readonly dialect?: DialectName;
  /** Base64url. */
  readonly key?: string;
  /** What is sent, or where it is stored: a folder for the inbox, a file for plain streams. */
  readonly path: string;
  readonly port?: number;
  /** Many small dictionaries instead of a file. */
  readonly small?: {
    readonly count: number;
    /**
     * A connection for each, the next when the one before is confirmed; all over one connection; a connection for each at once, which is
     * tried again where the receiver is busy with others.
     */
    readonly how: 'one by one' | 'pipelined' | 'all at once';
  };
}

export interface PeerResult {
  /** From before connecting until it was confirmed; of the sender only. */
  readonly seconds: number;
  /** Time of the processor. */
  readonly cpuSeconds: number;
  /** Bytes; the most that were resident. */
  readonly memory: number;
  /** Milliseconds by which the event loop was late, 99 times out of 100 by less. */
  readonly delay99: number;
}

const limits = { ...DEFAULT_LIMITS, itemSize: 2 ** 43 };
const [role, json = '{}'] = process.argv.slice(2);
const task = JSON.parse(json) as PeerTask;
const key = task.key === undefined ? undefined : FernetKey.parse(task.key);
const delays = monitorEventLoopDelay({ resolution: 1 });

void (role === 'receive' ? receive() : send());

async function send(): Promise<void> {
  const { dialect, path, port = 0 } = task;
  begin();
  const start = performance.now();
  if (dialect === undefined) {
    const socket = connect(port, '127.0.0.1');
    const closed = once(socket.resume(), 'close');
    await pipeline(createReadStream(path), socket);
    await closed;
  } else {
    const to = {
      host: '127.0.0.1',
      port,
      dialect,
      localPort: 0,
      bufferSize: BUFFER_SIZE,
      limits,
      ...(key && { key }),
    };
    if (task.small) await sendSmall(task.small, to);
    else await sendItems([await fileItem(path, { bufferSize: BUFFER_SIZE })], to);
  }
  report((performance.now() - start) / 1000);
}

async function sendSmall({ count, how }: Required<PeerTask>['small'], to: SendOptions): Promise<void> {
  const items = Array.from({ length: count }, (_, i) => dictionary(i));
  const reports = { onWaiting: () => undefined };
  if (how === 'pipelined') await sendItems(items, to);
  else if (how === 'all at once')
    await Promise.all(items.map((item) => sendWhenPossible([item], to, reports, WAITS)));
  else for (const item of items) await sendItems([item], to);
}

/** Milliseconds before a sender tries again that there was no place for. */
const WAITS = { first: 50, longest: 1_000 };

/** A pickle of about 1 kB. */
function dictionary(number: number): OutgoingItem {
  const value = Dict.from([
    ['number', BigInt(number)],
    ['text', 'x'.repeat(950)],
  ]);
  const bytes = codecs.binary.encode(value, limits);
  return bytesItem({ kind: 'dictionary', format: 'binary', name: `dictionary ${number}`, bytes });
}

async function receive(): Promise<void> {
  if (task.dialect === undefined) {
    receivePlain();
    return;
  }
  const inbox = await Inbox.open({ directory: task.path, key: Buffer.alloc(32) });
  const keys = namedKeys(key);
  const options = { store: inbox, keys, requireEncryption: false, allowPickle: true, limits };
  const server = new ReceiveServer({
    host: '127.0.0.1',
    port: 0,
    bufferSize: BUFFER_SIZE,
    connectionOptions: () => {
      begin();
      return options;
    },
  });
  const ids = new Set<string>();
  server.onDidReceive(({ id }) => {
    // An item may be sent again whose answer was lost.
    if (ids.add(id).size < (task.small?.count ?? 1)) return;
    report(0);
    void server.stop().then(() => inbox.close());
  });
  const { port } = await server.start();
  print({ port });
}

function receivePlain(): void {
  const server = createServer((socket) => {
    begin();
    void pipeline(socket, createWriteStream(task.path), { end: true }).then(() => {
      report(0);
      socket.destroy();
      server.close();
    });
  });
  server.listen(0, '127.0.0.1', () => {
    print({ port: (server.address() as AddressInfo).port });
  });
}

function begin(): void {
  delays.enable();
}

function report(seconds: number): void {
  delays.disable();
  const { user, system } = process.cpuUsage();
  print({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    memory: peakMemory(),
    delay99: Math.max(0, delays.percentile(99) / 1e6 - 1),
  } satisfies PeerResult);
}

/** Bytes. What `resourceUsage` tells has in it the memory of the process that started this one. */
function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
