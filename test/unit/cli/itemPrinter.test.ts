import assert from 'node:assert/strict';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ReceivedItem } from '../../../src/core/item/item';
import { ItemPrinter } from '../../../src/cli/itemPrinter';
import { Output } from '../../../src/cli/output';
import type { Inbox } from '../../../src/inbox/inbox';
import { openInbox, store, temporaryDirectory } from '../inbox/temporary';

const SCRIPT = path.join(__dirname, '../../../src/worker/worker.js');
/** A pickle of which each byte is a set. */
const SETS = Buffer.concat([
  Buffer.from('\x80\x04](', 'latin1'),
  Buffer.alloc(500_000, 0x8f),
  Buffer.from('e.'),
]);

describe('Printing received items', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();
  let [inbox, printer]: [Inbox?, ItemPrinter?] = [];
  let printed: PassThrough;
  let notes: PassThrough;

  beforeEach(async () => {
    inbox = await openInbox(newDirectory());
    [printed, notes] = [new PassThrough(), new PassThrough()];
    printer = new ItemPrinter(inbox, new Output(printed, notes), SCRIPT);
  });
  afterEach(() => {
    printer?.dispose();
    inbox?.close();
  });

  async function received(content: string | Uint8Array, kind: 'text' | 'dictionary'): Promise<ReceivedItem> {
    return store(inbox!, content, { kind, name: 'x', ...(kind === 'dictionary' && { format: 'binary' }) });
  }

  it('queues 32 items, and as many again once these have been printed', async () => {
    const item = await received('text', 'text');
    for (let round = 0; round < 2; round++) {
      const places = Array.from({ length: 33 }, () => printer!.tryQueue());
      assert.deepEqual([places.indexOf(false), places.length], [32, 33]);
      for (let i = 0; i < 32; i++) await printer!.print(item);
    }
    assert.equal(String(printed.read()), 'text\n'.repeat(64));
  });

  it('says that an item takes too much memory or time, and prints the next one', async () => {
    await printer!.print(await received(SETS, 'dictionary'));
    await printer!.print(await received(Buffer.from('\x80\x04}.', 'latin1'), 'dictionary'));
    assert.match(
      String(printed.read()),
      /^\(a dictionary of 500006 bytes\. .*(?:limit|longer than).*\)\n\{\}\n$/s,
    );
    assert.equal(notes.read(), null);
  });
});
