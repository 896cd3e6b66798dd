import assert from 'node:assert/strict';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { Keyring } from '../../../../src/editor/keys/keyring';
import type { KnownTarget } from '../../../../src/editor/sending/knownTargets';
import { findMovedPeer } from '../../../../src/editor/sending/movedPeers';
import type { Target } from '../../../../src/editor/sending/target';
import { findFreePort } from '../../../../src/net/ports';
import { MemorySecrets } from '../../../harness/memorySecrets';
import { ServerFixture } from '../../net/serverFixture';

const at = (port: number) => ({ host: '127.0.0.1', port });

describe('a paired peer whose address has changed', () => {
  let keyring: Keyring;
  let key: FernetKey;
  let target: Target;
  let nearby: KnownTarget[];
  const targets = { list: () => nearby };

  beforeEach(async () => {
    keyring = new Keyring(new MemorySecrets());
    key = FernetKey.generate();
    target = {
      ...{ name: 'Anna', ...at(await findFreePort('127.0.0.1', 29_000)) },
      ...{ dialect: 'native', key: 'Anna', isPaired: true },
    };
    nearby = [];
    await keyring.set('Anna', key, { kind: 'paired', addresses: [at(target.port)] });
  });
  afterEach(async () => {
    keyring.dispose();
    await ServerFixture.stopAll();
  });

  const seen = (port: number): KnownTarget => ({
    source: 'nearby',
    target: { ...at(port), dialect: 'native' },
  });

  it('is found among servers nearby by its key, and keeps the new address', async () => {
    const strangers = await Promise.all([
      ServerFixture.start(),
      ServerFixture.start({ key: FernetKey.generate() }),
    ]);
    const anna = await ServerFixture.start({ key });
    nearby = [...strangers, anna].map(({ port }) => seen(port));
    assert.deepEqual(await findMovedPeer(target, keyring, targets), at(anna.port));
    assert.deepEqual((await keyring.entry('Anna'))?.addresses, [at(anna.port), at(target.port)]);
  });

  it('is found at the address where it was seen', async () => {
    const anna = await ServerFixture.start({ key });
    await keyring.set('Anna', key, { kind: 'paired', addresses: [at(target.port), at(anna.port)] });
    assert.deepEqual(await findMovedPeer(target, keyring, targets), at(anna.port));
  });

  it('is not found if no server has its key, and no address is stored', async () => {
    nearby = [seen((await ServerFixture.start({ key: FernetKey.generate() })).port)];
    assert.equal(await findMovedPeer(target, keyring, targets), undefined);
    assert.deepEqual((await keyring.entry('Anna'))?.addresses, [at(target.port)]);
  });

  it('is searched only if it is paired', async () => {
    const anna = await ServerFixture.start({ key });
    nearby = [seen(anna.port)];
    const { isPaired: _isPaired, ...saved } = target;
    assert.equal(await findMovedPeer(saved, keyring, targets), undefined);
  });
});
