import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { temporaryDirectory } from '../inbox/temporary';
import { freePort } from '../net/sending';
import { jsonLines, Receiver, run } from './program';
import { makeWorkplace } from './workplace';

describe('picklepost test', () => {
  const newDirectory = temporaryDirectory();

  it('distinguishes a server with the key from one with a different key', async () => {
    const keys = { right: FernetKey.generate().toText(), wrong: FernetKey.generate().toText() };
    const { at } = makeWorkplace(newDirectory(), { 'right.key': keys.right, 'wrong.key': keys.wrong });
    const receiver = await Receiver.start('--inbox', at('inbox'), '--key-file', at('right.key'));
    const right = await run(['test', receiver.address, '--key-file', at('right.key'), '--json']);
    assert.equal(right.code, 0, right.errors);
    const [event] = jsonLines(right.output);
    assert.equal(event?.kind, 'fine');
    assert(Number(event.roundTrip) > 0);
    const wrong = await run(['test', receiver.address, '--key-file', at('wrong.key')]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.output, /it has a different key\.\n.*Compare the keys/);
    assert.match(await receiver.stop(), /The receiver does not have the/);
  });

  it('says why a server is not reachable, with exit code 1', async () => {
    const { code, output, errors } = await run(['test', `127.0.0.1:${String(await freePort())}`]);
    assert.equal(code, 1);
    assert.match(output, /Not reachable: nothing listens there/);
    assert.equal(errors, '');
  });
});
