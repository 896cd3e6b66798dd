import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'mocha';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { temporaryDirectory } from '../inbox/temporary';
import { accessTo, createInbox, key, manage, send } from '../nats/inboxFixture';
import { NatsServer, skipWithoutNats } from '../nats/natsServer';
import { jsonLines, run, startProgram, succeed, type Line } from './program';
import { makeWorkplace, type Workplace } from './workplace';

const ITEMS = 300;

/** A running `picklepost receive --from`. */
class Fetcher {
  readonly lines: Line[] = [];
  private readonly program;
  private readonly waiting: (() => void)[] = [];

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.program = startProgram(['receive', '--json', ...args], environment);
    createInterface(this.program.stdout).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
      for (const resolve of this.waiting.splice(0)) resolve();
    });
  }

  get received(): Line[] {
    return this.lines.filter(({ event }) => event === 'received');
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.program, 'close');
    this.program.kill(signal);
    await ended;
  }
}

describe('A shared inbox on the command line', function () {
  skipWithoutNats(this);
  const directory = temporaryDirectory();
  let server: NatsServer;
  let place: Workplace;
  let count = 0;

  before(async () => {
    server = await NatsServer.start({
      config:
        'authorization { users = [{ user: class, password: c-secret }, { user: picklepost, password: p }] }\nno_auth_user: picklepost',
    });
  });
  after(() => server.dispose());

  const address = (inbox: string): string => `nats://${server.address}/${inbox}`;
  const options = (): string[] => ['--key-file', place.at('bio.key')];

  /** A new inbox, and a folder with its key and a file. */
  async function begin(): Promise<{ url: string; name: string }> {
    const name = `cli${count++}`;
    place = makeWorkplace(directory(), { 'results.txt': 'forty-two' });
    writeFileSync(place.at('bio.key'), key.toText(), { mode: 0o600 });
    await createInbox(accessTo([server.address], 'owner', name));
    return { url: address(name), name };
  }

  it('is created, filled, shown, fetched from and deleted, with receipts and events', async () => {
    const { url } = await begin();
    const again = `${url}-2`;
    await succeed(['inbox', 'create', again, ...options(), '--max-size', '10MB']);
    const sha256 = createHash('sha256').update('forty-two').digest('hex');
    const to = ['--to', again, '--as', 'alice', ...options()];
    const receipt = await succeed(['send', place.at('results.txt'), ...to]);
    assert.match(
      receipt,
      new RegExp(`SHA-256 ${sha256}\\.\nReceipt: number 1 of the inbox, from alice, at `),
    );
    assert.match(receipt, /Stored by the server\./);
    writeFileSync(place.at('results.txt'), 'forty-three');
    await succeed(['send', place.at('results.txt'), ...to]);
    const show = ['inbox', 'show', again, ...options()];
    const waiting = await succeed(show);
    assert.match(waiting, /1 {2}.* alice {2}results\.txt \(9 B\), replaced by a later one, waits\n/);
    assert.match(waiting, /2 {2}.* alice {2}results\.txt \(11 B\), waits\n/);
    const from = ['--from', again, '--as', 'teacher', ...options(), ...place.inbox];
    const [online, first] = jsonLines(await succeed(['receive', '--once', '--json', ...from]));
    assert.deepEqual([online?.['event'], online?.['reader'], online?.['waiting']], ['online', 'teacher', 2]);
    const about = {
      event: 'received',
      sender: 'alice',
      from: 'alice@cli0-2',
      key: 'bio',
      sequence: 1,
      sha256,
    };
    assert.deepEqual({ ...first, ...about }, first);
    for (const time of ['sentAt', 'storedAt', 'receivedAt'])
      assert(Math.abs(Number(first?.[time]) - Date.now()) < 600_000, time);
    assert.match(await succeed(show), /1 {2}.*, fetched by teacher\n2 {2}.*, waits\n/);
    const text = await succeed(['receive', '--once', ...from]);
    assert.match(text, /sealed with the key bio\) from alice@cli0-2/);
    assert.match(text, /Handed in by alice \(the name that the NATS server let it use\)/);
    await succeed(['inbox', 'delete', again]);
    assert.match((await run(show)).errors, /There is no inbox cli0-2/);
  });

  it('reports and keeps each item once, even if the receiver is killed in between', async () => {
    const { url, name } = await begin();
    const items = Array.from({ length: ITEMS }, (_, index) =>
      bytesItem({ kind: 'text', name: `${index}.txt`, bytes: Buffer.from(`item ${index}`) }),
    );
    await send(accessTo([server.address], 'alice', name), items);
    const from = ['--from', url, ...options(), ...place.inbox];
    const killed = new Fetcher(from);
    await killed.until(() => killed.received.length >= ITEMS / 3);
    await killed.end('SIGKILL');
    const told = [...killed.received];
    const last = new Fetcher(from);
    await last.until(() => new Set([...told, ...last.received].map(({ id }) => id)).size === ITEMS);
    await last.end('SIGTERM');
    told.push(...last.received);
    const news = told.filter(({ existed }) => existed !== true).map(({ id }) => id);
    assert.equal(new Set(news).size, news.length, 'one was told of as new twice');
    const kept = jsonLines(await succeed(['list', '--json', ...place.inbox]));
    assert.equal(kept.length, ITEMS);
    assert.deepEqual(new Set(kept.map(({ id }) => id)), new Set(told.map(({ id }) => id)));
  });

  it('delivers all items to each of two people who share credentials, and distributes them among workers', async () => {
    const { url, name } = await begin();
    writeFileSync(place.at('creds'), 'class:c-secret', { mode: 0o600 });
    const items = Array.from({ length: 20 }, (_, index) =>
      bytesItem({ kind: 'text', name: `${index}.txt`, bytes: Buffer.from(`item ${index}`) }),
    );
    await send(accessTo([server.address], 'alice', name), items);
    const from = ['--from', url, ...options(), '--creds', place.at('creds')];
    const homes = ['anna', 'ben'].map((person) => {
      const home = place.at(person);
      mkdirSync(home);
      return { HOME: home, XDG_DATA_HOME: home };
    });
    const people = homes.map((home) => new Fetcher(from, home));
    for (const person of people) await person.until(() => person.received.length === items.length);
    const workers = homes.map((home, index) => {
      const inbox = place.at(`worker${index}`);
      return new Fetcher([...from, '--group', 'graders', '--inbox', inbox], home);
    });
    const graded = (): number => workers.reduce((sum, { received }) => sum + received.length, 0);
    await Promise.race(workers.map((worker) => worker.until(() => graded() === items.length)));
    for (const fetcher of [...people, ...workers]) await fetcher.end('SIGTERM');
    const names = workers.flatMap(({ received }) => received.map((line) => line['name']));
    assert.equal(new Set(names).size, items.length);
  });

  it('deletes items when they expire', async () => {
    await begin();
    const short = `${address(`cli${count}`)}-short`;
    await succeed(['inbox', 'create', short, ...options(), '--max-age', '1s']);
    await succeed(['send', place.at('results.txt'), '--to', short, ...options()]);
    const access = accessTo([server.address], 'owner', `cli${count}-short`);
    while ((await manage(access, (inbox) => inbox.state())).messages > 0);
    assert.equal(jsonLines(await succeed(['inbox', 'show', short, ...options(), '--json'])).length, 1);
  });
});
