import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FernetKey } from '../../src/core/crypto/keys';
import { BUFFER_SIZE } from '../../src/cli/wire';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { DialectName } from '../../src/core/wire/dialects';
import { Inbox } from '../../src/inbox/inbox';
import { fileItem } from '../../src/net/fileItem';
import { ReceiveServer } from '../../src/net/receiveServer';
import { sendItems } from '../../src/net/sendClient';
import type { Section } from './main';
import { median, medianSeconds, rate, ratio, secondsOf, told } from './measure';
import { namedKeys } from '../harness/namedKeys';

const SIZE = 128 * 1024 * 1024;
/** Values of the setting, from that of the original on. */
const BUFFERS = [1111, 16_384, 65_536, 262_144, 524_288, 1_048_576];
const BUFFER_RUNS = 7;
const SMALLER = SIZE / 4;

/** A file of text over loopback into the inbox, in each dialect, beside plain streams. Sender and receiver share one process. */
export async function benchTransfers(): Promise<Section[]> {
  // In memory where the system has such a place, so that no disk is measured.
  const directory = mkdtempSync(
    path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'picklepost-bench-'),
  );
  const file = path.join(directory, 'file.txt');
  writeFileSync(file, randomBytes(SIZE / 2).toString('hex'));
  try {
    const plain = await medianSeconds(() => plainStreams(file, path.join(directory, 'copy')));
    const rows = [told(['plain node streams into a file', rate(SIZE, plain), '1.00'])];
    for (const dialect of ['classic', 'raw'] satisfies DialectName[]) {
      for (const key of [undefined, FernetKey.generate()]) {
        const seconds = await measureDialect(dialect, key, file, path.join(directory, 'inbox'));
        rows.push(
          told([`${dialect}${key ? ', encrypted' : ''}`, rate(SIZE, seconds), ratio(plain, seconds)]),
        );
      }
    }
    const transfers = {
      title: 'Transfers',
      method: `A text of 128 MiB over loopback into the inbox (encrypted at rest, confirmed when durable), compared with plain node streams into a file; sender and receiver in one process, on one core.`,
      columns: ['what', 'rate', 'ratio'],
      rows,
    };
    return [transfers, await benchBuffers(directory)];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The effect of the setting `bufferSize`. The sizes alternate, because the speed of a machine varies over time. */
async function benchBuffers(directory: string): Promise<Section> {
  const file = path.join(directory, 'smaller.txt');
  writeFileSync(file, randomBytes(SMALLER / 2).toString('hex'));
  const dialects = ['classic', 'raw', 'native'] satisfies DialectName[];
  const cells = BUFFERS.map((bufferSize) =>
    dialects.map((dialect) => ({ dialect, bufferSize, seconds: [] as number[] })),
  );
  for (let run = 0; run < BUFFER_RUNS; run++) {
    told([`buffers, run ${String(run + 1)} of ${String(BUFFER_RUNS)}`]);
    for (const { dialect, bufferSize, seconds } of cells.flat())
      await withReceiver(dialect, undefined, path.join(directory, 'inbox'), bufferSize, async (send) => {
        seconds.push(await secondsOf(() => send(file)));
      });
  }
  return {
    title: 'Buffer size',
    method: `A text of 32 MiB, sent as before, by the number of bytes that are read and handed over at once, on both sides; ${BUFFER_SIZE.toLocaleString('en')} is the default. Medians of ${BUFFER_RUNS} alternating runs.`,
    columns: ['buffer', ...dialects],
    rows: cells.map((row, index) => [
      `${(BUFFERS[index] ?? 0).toLocaleString('en')} bytes`,
      ...row.map(({ seconds }) => rate(SMALLER, median(seconds))),
    ]),
  };
}

async function plainStreams(from: string, to: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const received = new Promise<void>((resolve, reject) => {
    server.once('connection', (socket) => void pipeline(socket, createWriteStream(to)).then(resolve, reject));
  });
  await pipeline(createReadStream(from), connect((server.address() as AddressInfo).port, '127.0.0.1'));
  await received;
  server.close();
}

function measureDialect(
  dialect: DialectName,
  key: FernetKey | undefined,
  file: string,
  directory: string,
): Promise<number> {
  return withReceiver(dialect, key, directory, BUFFER_SIZE, (send) => medianSeconds(() => send(file)));
}

/** @param work is given what sends a file and deletes it where it has arrived */
async function withReceiver<T>(
  dialect: DialectName,
  key: FernetKey | undefined,
  directory: string,
  bufferSize: number,
  work: (send: (file: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const inbox = await Inbox.open({ directory, key: Buffer.alloc(32) });
  const limits = DEFAULT_LIMITS;
  const keys = namedKeys(key);
  const options = { store: inbox, keys, requireEncryption: false, allowPickle: true, limits };
  const server = new ReceiveServer({
    host: '127.0.0.1',
    port: 0,
    bufferSize,
    connectionOptions: () => options,
  });
  const { port } = await server.start();
  const to = { host: '127.0.0.1', port, dialect, ...(key && { key }), localPort: 0, bufferSize, limits };
  try {
    return await work(async (file) => {
      await sendItems([await fileItem(file, { bufferSize })], to);
      await inbox.deleteAll();
    });
  } finally {
    await server.stop();
    inbox.close();
  }
}
