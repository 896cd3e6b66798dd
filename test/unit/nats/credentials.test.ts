import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { parseCredentials } from '../../../src/nats/credentials';
import { openConnection } from '../../../src/nats/inboxConnection';
import { UserKey } from '../../../src/nats/nkey';
import { accessTo } from './inboxFixture';
import { NatsServer, skipWithoutNats } from './natsServer';

type KeyPair = ReturnType<typeof nkeys.createUser>;

const seedOf = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed());

/** What `nsc` signs: who issues it says something of a subject. */
function claims(issuer: KeyPair, subject: KeyPair, name: string, nats: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = encode({ typ: 'JWT', alg: 'ed25519-nkey' });
  const iat = Math.floor(Date.now() / 1000);
  const names = { iss: issuer.getPublicKey(), sub: subject.getPublicKey(), name };
  const body = encode({ jti: randomUUID(), iat, ...names, nats: { version: 2, ...nats } });
  const signature = Buffer.from(issuer.sign(Buffer.from(`${head}.${body}`))).toString('base64url');
  return `${head}.${body}.${signature}`;
}

const credentialsFile = (jwt: string, seed: string): string => `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

************************* IMPORTANT *************************
NKEY Seed printed below can be used to sign and prove identity.

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------

*************************************************************
`;

describe('The NKey of a user', () => {
  it('has the same public key and signatures as the NATS client for the same seed', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (nonce) => {
        const pair = nkeys.createUser();
        const key = UserKey.fromSeed(seedOf(pair));
        assert.equal(key.publicKey, pair.getPublicKey());
        assert(pair.verify(Buffer.from(nonce), Buffer.from(key.sign(nonce), 'base64url')));
      }),
      { numRuns: 20 },
    );
  });

  it('is refused if a letter of the seed is wrong', () => {
    const seed = seedOf(nkeys.createUser());
    fc.assert(
      fc.property(
        fc.nat(seed.length - 4),
        fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')),
        (at, letter) => {
          fc.pre(seed[at + 2] !== letter);
          const wrong = seed.slice(0, at + 2) + letter + seed.slice(at + 3);
          assert.throws(() => parseCredentials(wrong), { code: 'invalid-key' });
        },
      ),
    );
  });

  it('is refused for the seed of an account, or a part of a seed', () => {
    for (const text of [seedOf(nkeys.createAccount()), seedOf(nkeys.createUser()).slice(0, 57), ''])
      assert.throws(() => UserKey.fromSeed(text), { code: 'invalid-key' });
  });
});

describe('Credentials for a NATS server', function () {
  skipWithoutNats(this);
  const [user, stranger] = [nkeys.createUser(), nkeys.createUser()];
  const [operator, account] = [nkeys.createOperator(), nkeys.createAccount()];
  const signedBy = (issuer: KeyPair, pair: KeyPair): string =>
    claims(issuer, pair, 'alice', { type: 'user', pub: {}, sub: {}, subs: -1, data: -1, payload: -1 });
  let byKey: NatsServer;
  let byOperator: NatsServer;

  before(async () => {
    byKey = await NatsServer.start({
      config: `authorization { users = [{ nkey: ${user.getPublicKey()} }] }`,
    });
    const limits = {
      subs: -1,
      data: -1,
      payload: -1,
      conn: -1,
      leaf: -1,
      imports: -1,
      exports: -1,
      wildcards: true,
    };
    const accountClaims = claims(operator, account, 'class', { type: 'account', limits });
    byOperator = await NatsServer.start({
      config: `operator: ${claims(operator, operator, 'school', { type: 'operator' })}
resolver: MEMORY
resolver_preload: { ${account.getPublicKey()}: ${accountClaims} }`,
      isWithoutJetStream: true,
    });
  });
  after(async () => {
    for (const server of [byKey, byOperator]) await server.kill();
  });

  async function enter(server: NatsServer, credentials: string): Promise<string> {
    const { nats, name } = await openConnection({
      ...accessTo([server.address], 'somebody', 'bio', credentials),
      prefersUser: true,
    });
    await nats.close();
    return name;
  }

  it('are accepted from the holder of the seed only', async () => {
    assert.equal(await enter(byKey, `${seedOf(user)}\n`), 'somebody');
    await assert.rejects(enter(byKey, seedOf(stranger)), { code: 'refused' });
  });

  it('are accepted from a user whom the account has signed, with the file and the name that nsc writes', async () => {
    const file = credentialsFile(signedBy(account, user), seedOf(user));
    assert.equal(await enter(byOperator, file), 'alice');
    assert.equal(await enter(byOperator, file.replaceAll('\n', '\r\n')), 'alice');
  });

  it('are refused if the claims of the user are unsigned, or signed by another account', async () => {
    const [self, borrowed] = [signedBy(stranger, stranger), signedBy(account, user)];
    for (const jwt of [self, borrowed])
      await assert.rejects(enter(byOperator, credentialsFile(jwt, seedOf(stranger))), { code: 'refused' });
  });
});
