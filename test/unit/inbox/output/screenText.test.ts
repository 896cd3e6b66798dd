import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { anyText } from '../../anyText';
import type { Content, ReceivedItem } from '../../../../src/core/item/item';
import { harmless, textForScreen } from '../../../../src/inbox/output/screenText';

function show(content: Content, bytes: Buffer, render: () => string = () => 'rendered'): Promise<string> {
  const item: ReceivedItem = {
    id: '',
    name: '',
    size: bytes.length,
    sha256: '',
    receivedAt: 0,
    dialect: 'raw',
    from: '',
    encrypted: false,
    ...content,
  };
  const pieces = (async function* () {
    await Promise.resolve();
    yield bytes;
  })();
  return textForScreen(item, pieces, render);
}

describe('An item on the screen', () => {
  it('is its text', async () => {
    assert.equal(await show({ kind: 'text' }, Buffer.from('Grüße\n\tund 👋\n')), 'Grüße\n\tund 👋\n');
  });

  it('is cut if it is long, and says so', async () => {
    const shown = await show({ kind: 'text' }, Buffer.alloc(100_000, 'a'));
    assert(shown.length < 20_000 && shown.endsWith('\n… (100000 bytes in all)'));
  });

  it('is the rendered dictionary, or the reason why it cannot be rendered', async () => {
    const dictionary: Content = { kind: 'dictionary', format: 'json' };
    assert.equal(await show(dictionary, Buffer.from('{}')), 'rendered');
    const failed = await show(dictionary, Buffer.from('{'), () => {
      throw new Error('Invalid JSON.');
    });
    assert.equal(failed, '(a dictionary of 1 bytes. Invalid JSON.)');
  });

  it('is only named if it is a file or a very large dictionary', async () => {
    assert.equal(await show({ kind: 'file' }, Buffer.alloc(3)), '(a file of 3 bytes)');
    const large = Buffer.alloc(1024 * 1024 + 1);
    assert.equal(await show({ kind: 'dictionary', format: 'xml' }, large), '(a dictionary of 1048577 bytes)');
  });
});

describe('Text from outside', () => {
  it('cannot control a terminal', () => {
    assert.equal(harmless('\x1b[2J\x07\x9b31m\r\x7f\0'), '\\x1b[2J\\x07\\x9b31m\\x0d\\x7f\\x00');
    assert.equal(harmless('a\u202Eb\uFEFFc\uD800'), 'a\\u202eb\\ufeffc\\ud800');
    assert.equal(harmless('one\r\ntwo\tthree'), 'one\ntwo\tthree');
  });

  it('has no control characters left, whatever it is', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        assert.doesNotMatch(harmless(text), /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\p{Cs}]/u);
      }),
    );
  });
});
