// A receive server until it is killed: `node receiveUntilKilled.js DIRECTORY INBOX_KEY KEY`. It says its port on standard output.
import { writeSync } from 'node:fs';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { Inbox } from '../../../src/inbox/inbox';
import { ReceiveServer } from '../../../src/net/receiveServer';
import { namedKeys } from '../../harness/namedKeys';

async function receive(directory: string, inboxKey: string, key: string): Promise<void> {
  const store = await Inbox.open({ directory, key: Buffer.from(inboxKey, 'hex') });
  const options = {
    store,
    keys: namedKeys(FernetKey.parse(key)),
    requireEncryption: false,
    allowPickle: true,
    limits: DEFAULT_LIMITS,
  };
  const server = new ReceiveServer({
    host: '127.0.0.1',
    port: 0,
    bufferSize: 65536,
    connectionOptions: () => options,
  });
  const { port } = await server.start();
  writeSync(1, `${port}\n`);
}

const [directory = '', inboxKey = '', key = ''] = process.argv.slice(2);
void receive(directory, inboxKey, key);
