/*
 * One side of a transfer, in a process of its own: `transferPeer.js receive|send JSON`. A receiver prints {"port"} when it listens; each
 * side prints its {@link PeerResult} once the file is through.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { FernetKey } from '../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { DialectName } from '../../src/core/wire/item';
import { Inbox } from '../../src/inbox/inbox';
import { fileItem } from '../../src/net/fileItem';
import { ReceiveServer } from '../../src/net/receiveServer';
import { sendItems } from '../../src/net/sendClient';

export interface PeerTask {
  /** Undefined for plain node streams. */
  readonly dialect?: DialectName;
  /** Base64url. */
  readonly key?: string;
  /** What is sent, or where it is stored: a folder for the inbox, a file for plain streams. */
  readonly path: string;
  readonly port?: number;
}

export interface PeerResult {
  /** From before connecting until it was confirmed; of the sender only. */
  readonly seconds: number;
  /** Of the processor. */
  readonly cpuSeconds: number;
  /** Bytes; the most that were resident. */
  readonly memory: number;
  /** Milliseconds by which the event loop was late, 99 times out of 100 by less. */
  readonly delay99: number;
}

const BUFFER = 262_144;
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
    await pipeline(createReadStream(path), socket);
    await new Promise((resolve) => socket.resume().once('close', resolve));
  } else {
    const item = await fileItem(path, { bufferSize: BUFFER });
    const to = { host: '127.0.0.1', port, dialect, localPort: 0, bufferSize: BUFFER, limits };
    await sendItems([item], { ...to, ...(key && { key }) });
  }
  report((performance.now() - start) / 1000);
}

async function receive(): Promise<void> {
  if (task.dialect === undefined) {
    receivePlain();
    return;
  }
  const inbox = await Inbox.open({ directory: task.path, key: Buffer.alloc(32) });
  const options = { store: inbox, ...(key && { key }), requireEncryption: false, allowPickle: true, limits };
  const server = new ReceiveServer({
    host: '127.0.0.1',
    port: 0,
    bufferSize: BUFFER,
    connectionOptions: () => options,
  });
  server.onDidReceive(() => {
    report(0);
    void server.stop().then(() => inbox.close());
  });
  await server.start();
  begin();
  print({ port: server.state.kind === 'listening' ? server.state.port : 0 });
}

function receivePlain(): void {
  const server = createServer((socket) => {
    void pipeline(socket, createWriteStream(task.path), { end: true }).then(() => {
      report(0);
      socket.destroy();
      server.close();
    });
  });
  server.listen(0, '127.0.0.1', () => {
    begin();
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
    memory: process.resourceUsage().maxRSS * 1024,
    delay99: Math.max(0, delays.percentile(99) / 1e6 - 1),
  } satisfies PeerResult);
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
