import assert from 'node:assert/strict';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { formatDerivation, newDerivation } from '../../../../src/core/crypto/passphrase';
import { Keyring } from '../../../../src/editor/keys/keyring';
import { MemorySecrets } from '../../../harness/memorySecrets';

const at = (host: string, port = 6868) => ({ host, port });

describe('the key ring', () => {
  let secrets: MemorySecrets;
  let keyring: Keyring;
  beforeEach(() => {
    secrets = new MemorySecrets();
    keyring = new Keyring(secrets);
  });
  afterEach(() => keyring.dispose());

  it('stores all properties of a key', async () => {
    const [shared, paired] = [FernetKey.generate(), FernetKey.generate()];
    const derivation = newDerivation('scrypt');
    await keyring.set('lab', shared, { derivation });
    await keyring.set('Anna', paired, { kind: 'paired', addresses: [at('192.168.1.20')] });
    const [anna, lab] = await new Keyring(secrets).entries();
    assert.deepEqual([anna?.name, anna?.kind, anna?.addresses], ['Anna', 'paired', [at('192.168.1.20')]]);
    assert.equal(anna?.key.toText(), paired.toText());
    assert.deepEqual([lab?.name, lab?.kind], ['lab', 'shared']);
    assert.equal(lab?.derivation && formatDerivation(lab.derivation), formatDerivation(derivation));
    assert.ok(lab && Math.abs(lab.created - Date.now()) < 60_000);
  });

  it('loses nothing if several windows write at the same time', async () => {
    const windows = [keyring, new Keyring(secrets), new Keyring(secrets)];
    const names = windows.flatMap((_, window) =>
      [0, 1, 2, 3].map((key) => `${String(window)}-${String(key)}`),
    );
    await Promise.all(
      names.map(async (name) => {
        await windows[Number(name[0])]?.set(name, FernetKey.generate());
      }),
    );
    for (const window of windows) assert.deepEqual(await window.names(), names);
  });

  it('notifies each window of later changes by another one', async () => {
    const other = new Keyring(secrets);
    assert.deepEqual(await other.names(), []);
    let changes = 0;
    other.onDidChange(() => changes++);
    await keyring.set('lab', FernetKey.generate());
    assert.equal(changes, 1);
    assert.deepEqual(await other.names(), ['lab']);
    await keyring.delete('lab');
    assert.equal(changes, 2);
    assert.deepEqual(await other.names(), []);
  });

  it('keeps all properties of a key when it is renamed', async () => {
    const key = FernetKey.generate();
    await keyring.set('Anna', key, { kind: 'paired', addresses: [at('10.0.0.1')] });
    const before = await keyring.entry('Anna');
    await keyring.rename('Anna', 'Anna (lab)');
    assert.deepEqual(await keyring.names(), ['Anna (lab)']);
    assert.deepEqual(await keyring.entry('Anna (lab)'), { ...before, name: 'Anna (lab)' });
    await keyring.rename('Anna (lab)', 'Anna (lab)');
    await keyring.rename('nobody', 'somebody');
    assert.deepEqual(await keyring.names(), ['Anna (lab)']);
  });

  it('remembers the latest addresses of a peer, and none for a shared key', async () => {
    await keyring.set('Anna', FernetKey.generate(), { kind: 'paired', addresses: [at('10.0.0.1')] });
    await keyring.set('lab', FernetKey.generate());
    for (const host of ['10.0.0.2', '10.0.0.3', '10.0.0.2', '10.0.0.4', '10.0.0.5'])
      await keyring.noteAddress('Anna', at(host));
    await keyring.noteAddress('lab', at('10.0.0.9'));
    const hosts = (await keyring.entry('Anna'))?.addresses.map(({ host }) => host);
    assert.deepEqual(hosts, ['10.0.0.5', '10.0.0.4', '10.0.0.2', '10.0.0.3']);
    assert.deepEqual((await keyring.entry('lab'))?.addresses, []);
  });

  it('remembers the address from which a peer was seen, after the one at which it is known to receive', async () => {
    await keyring.set('Anna', FernetKey.generate(), { kind: 'paired', addresses: [at('10.0.0.1', 7000)] });
    for (const host of ['10.0.0.2', '10.0.0.1', '10.0.0.2']) await keyring.noteSighting('Anna', host, 6868);
    const addresses = async (name: string) => (await keyring.entry(name))?.addresses;
    assert.deepEqual(await addresses('Anna'), [at('10.0.0.1', 7000), at('10.0.0.2', 7000)]);
    await keyring.set('Ben', FernetKey.generate(), { kind: 'paired' });
    await keyring.noteSighting('Ben', '10.0.0.3', 6868);
    assert.deepEqual(await addresses('Ben'), [at('10.0.0.3')]);
  });

  it('adds a number to a name that is in use', async () => {
    assert.equal(await keyring.freeName('Anna'), 'Anna');
    await keyring.set('Anna', FernetKey.generate());
    await keyring.set('Anna 2', FernetKey.generate());
    assert.equal(await keyring.freeName('Anna'), 'Anna 3');
  });

  it('skips a damaged entry', async () => {
    await keyring.set('lab', FernetKey.generate());
    for (const [name, text] of [
      ['a', 'no JSON'],
      ['b', '{"key":"too short"}'],
      ['c', 'null'],
    ] as const)
      await secrets.store(`picklepost.key.${name}`, text);
    assert.deepEqual(await keyring.names(), ['lab']);
  });

  it('distinguishes names that have a special meaning in other stores', async () => {
    const names = ['__proto__', 'a.b', 'inboxKey', 'Ännä', '💾'];
    for (const name of names) await keyring.set(name, FernetKey.generate());
    assert.deepEqual([...(await keyring.names())].sort(), [...names].sort());
    await keyring.senderIdentity();
    assert.equal((await keyring.names()).length, names.length);
  });

  it('reads again after the secret storage has failed', async () => {
    let fails = true;
    const failing = new Keyring({
      ...{ get: (key) => secrets.get(key), store: (key, value) => secrets.store(key, value) },
      ...{ delete: (key) => secrets.delete(key), onDidChange: secrets.onDidChange },
      keys: () => (fails ? Promise.reject(new Error('locked')) : secrets.keys()),
    });
    await assert.rejects(failing.names(), /locked/);
    fails = false;
    assert.deepEqual(await failing.names(), []);
  });
});
