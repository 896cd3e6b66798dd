// A process that receives one item of so many bytes: `node receiveOne.js DIRECTORY SIZE`. It prints the error that it meets as JSON.
import { Inbox } from '../../../src/inbox/inbox';
import { PicklepostError } from '../../../src/core/errors';
import { ARRIVAL, pattern, TEXT } from './temporary';

async function receiveOne(directory: string, size: number): Promise<void> {
  const inbox = await Inbox.open({ directory, key: Buffer.alloc(32) });
  try {
    const writer = await inbox.begin(ARRIVAL);
    await writer.write(pattern(size));
    const { id } = await writer.finish(TEXT);
    console.log(JSON.stringify({ id }));
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
    console.log(JSON.stringify({ code: error.code, message: error.message }));
  }
}

void receiveOne(process.argv[2] ?? '', Number(process.argv[3]));
