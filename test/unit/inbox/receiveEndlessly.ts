// A process that receives items until it is killed: `node receiveEndlessly.js DIRECTORY KEY`. It says on standard output what it is
// at: `start`, and the id of each item once it has been acknowledged.
import { writeSync } from 'node:fs';
import { Inbox } from '../../../src/inbox/inbox';
import { ARRIVAL, pattern, TEXT } from './temporary';

async function receive(inbox: Inbox, size: number): Promise<void> {
  const writer = await inbox.begin(ARRIVAL);
  const plain = pattern(size);
  for (let at = 0; at < size; at += 100_000) await writer.write(plain.subarray(at, at + 100_000));
  const { id } = await writer.finish(TEXT);
  writeSync(1, `${id}\n`);
}

async function receiveEndlessly(directory: string, key: string): Promise<never> {
  const inbox = await Inbox.open({ directory, key: Buffer.from(key, 'hex') });
  writeSync(1, 'start\n');
  for (;;) await Promise.all([receive(inbox, 5), receive(inbox, 1_500_000), receive(inbox, 200_000)]);
}

void receiveEndlessly(process.argv[2] ?? '', process.argv[3] ?? '');
