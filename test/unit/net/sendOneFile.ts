// Sends one file: `node sendOneFile.js PORT FILE [KEY]`. Standard output has a line for each progress, the bytes that the receiver has
// confirmed, and the hash of the file once it has arrived.
import { writeSync } from 'node:fs';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { fileItem } from '../../../src/net/fileItem';
import { sendItems } from '../../../src/net/sendClient';

async function send(port: number, file: string, key: string | undefined): Promise<void> {
  const item = await fileItem(file, { bufferSize: 65536 });
  const [receipt] = await sendItems([item], {
    host: '127.0.0.1',
    port,
    dialect: 'native',
    localPort: 0,
    bufferSize: 65536,
    limits: DEFAULT_LIMITS,
    identity: Buffer.from('of this test'),
    ...(key !== undefined && { key: FernetKey.parse(key) }),
    onProgress: (_, bytes) => writeSync(1, `${bytes}\n`),
  });
  writeSync(1, `arrived ${receipt?.sha256}\n`);
}

const [port, file = '', key] = process.argv.slice(2);
send(Number(port), file, key).catch(() => {
  process.exitCode = 1;
});
