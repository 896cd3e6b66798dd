import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Accountant, type Account } from '../../../../src/core/accounting/accountant';
import { BUDGETS, type Budgets } from '../../../../src/core/limits';

const HOUR = 3_600_000;

/** Milliseconds in which an accountant looks once for idle connections that hold memory. */
const LOOK = 50;

/** Lets time pass for the accountants of the tests. */
let pass: (milliseconds: number) => void;

function openAll(accountant: Accountant, host: string, count: number, ended: string[] = []): Account[] {
  return Array.from({ length: count }, (_, i) => {
    const account = accountant.open(host, (reason) => ended.push(`${String(i)}: ${reason.message}`));
    assert(account);
    return account;
  });
}

describe('The accountant of a server', () => {
  const budgets: Budgets = {
    ...BUDGETS,
    connections: { total: 6, address: 4, connection: 1 },
    memory: { total: 100, address: 60, connection: 60, assured: 60 },
    displaceAfter: 0,
  };

  beforeEach(() => {
    let now = 10 * HOUR;
    mock.method(performance, 'now', () => now);
    mock.timers.enable({ apis: ['setTimeout'] });
    pass = (milliseconds) => {
      now += milliseconds;
      mock.timers.tick(milliseconds);
    };
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  it('replaces the connection that has been idle for longest by a new one of the same address', () => {
    const accountant = new Accountant(budgets);
    const ended: string[] = [];
    const accounts = openAll(accountant, '192.0.2.1', 4, ended);
    accounts.forEach((account, i) => (account.since -= [5, 9, 7, 6][i]!));
    assert(accountant.open('192.0.2.1', () => undefined));
    assert.match(ended.join(), /^1: .*idle connection/);
  });

  it('ends connections without content before those with some', () => {
    const accountant = new Accountant(budgets);
    const ended: string[] = [];
    const accounts = openAll(accountant, '192.0.2.1', 4, ended);
    for (const account of accounts.slice(0, 3)) account.noteContent(4096);
    accounts.forEach((account, i) => (account.since -= [9, 8, 7, 1][i]!));
    assert(accountant.open('192.0.2.1', () => undefined));
    assert.match(ended.join(), /^3: /);
  });

  it('does not count slowly dripping content as progress', () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: 1_000 });
    const [dripping, going] = openAll(accountant, '192.0.2.1', 2);
    for (const account of [dripping!, going!]) account.since -= HOUR;
    for (let i = 0; i < 4095; i++) dripping!.noteContent(1);
    going!.noteContent(4096);
    assert.deepEqual([dripping!.standsStillFor(1_000), going!.standsStillFor(1_000)], [true, false]);
    dripping!.noteContent(1);
    assert(!dripping!.standsStillFor(1_000));
  });

  it('does not count the time in which a peer has to wait as idle', async () => {
    const accountant = new Accountant(budgets);
    const [account] = openAll(accountant, '192.0.2.1', 1);
    pass(400);
    await account!.whileWorking(() =>
      account!.whileWorking(() => {
        pass(1_000);
        return Promise.resolve();
      }),
    );
    assert.deepEqual([account!.standsStillFor(400), account!.standsStillFor(401)], [true, false]);
  });

  it('ends an idle connection that holds memory when another one waits for memory', async () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: 1 });
    const ended: string[] = [];
    const [idle, still, honest] = openAll(accountant, '192.0.2.1', 3, ended);
    await still!.hold(55);
    const [elsewhere] = openAll(accountant, '192.0.2.2', 1, ended);
    await elsewhere!.hold(20);
    for (const account of [idle!, still!, elsewhere!]) account.since -= HOUR;
    const waiting = honest!.hold(20);
    pass(LOOK);
    assert.match(ended.join(), /^1: .*idle connection/);
    accountant.close(still!);
    (await waiting)();
  });

  it('takes a place from the address with most connections if all places are taken', () => {
    const accountant = new Accountant(budgets);
    const ended: string[] = [];
    openAll(accountant, '192.0.2.1', 4, ended);
    openAll(accountant, '192.0.2.2', 2);
    assert(accountant.open('192.0.2.3', () => undefined));
    assert.equal(ended.length, 1);
  });

  it('rejects a new connection if every other one is busy', async () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: 1_000 });
    const [busy] = openAll(accountant, '192.0.2.1', 4);
    assert.equal(
      accountant.open('192.0.2.1', () => undefined),
      undefined,
    );
    busy!.since -= HOUR;
    await busy!.whileWorking(() => {
      assert.equal(
        accountant.open('192.0.2.1', () => undefined),
        undefined,
      );
      return Promise.resolve();
    });
  });

  it('counts the network of an IPv6 address as one address', () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: HOUR });
    for (const host of ['2001:db8::1', '2001:db8::2:3', '2001:db8:0:0:4:5:6:7', '2001:db8:0::'])
      assert(accountant.open(host, () => undefined));
    assert.equal(
      accountant.open('2001:db8::9', () => undefined),
      undefined,
    );
    assert(accountant.open('2001:db8:0:1::9', () => undefined));
  });

  it('ends a connection without content for a long time', () => {
    const accountant = new Accountant(budgets);
    const ended: string[] = [];
    const [still, going] = openAll(accountant, '192.0.2.1', 2, ended);
    still!.since -= budgets.progressTime;
    going!.noteProgress();
    accountant.endIdle();
    assert.deepEqual(ended, ['0: Timed out after 10 minutes without content. Send it again.']);
  });

  it('counts every byte of memory, and gives released memory to the address that holds least', async () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: HOUR });
    const [greedy, next] = openAll(accountant, '192.0.2.1', 2);
    const [other] = openAll(accountant, '192.0.2.2', 1);
    const [modest] = openAll(accountant, '192.0.2.3', 1);
    await greedy!.hold(30);
    const release = await greedy!.hold(20);
    await other!.hold(50);
    const order: string[] = [];
    const waiting = [
      next!.hold(10).then(() => order.push('next')),
      modest!.hold(10).then(() => order.push('modest')),
    ];
    release();
    release();
    await Promise.all(waiting);
    assert.deepEqual(order, ['modest', 'next']);
    assert.equal(accountant.memory.held, 100);
  });

  it('refuses memory to a connection that has to end, so that it releases what it has', async () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: 1 });
    const ended: string[] = [];
    const [holding] = openAll(accountant, '192.0.2.1', 1, ended);
    await holding!.hold(50);
    const more = holding!.hold(20);
    const told = assert
      .rejects(more, { code: 'refused', message: /idle connection/ })
      .then(() => accountant.close(holding!));
    const [honest] = openAll(accountant, '192.0.2.1', 1);
    const waiting = honest!.hold(20);
    pass(LOOK);
    await Promise.all([told, waiting]);
    assert.equal(ended.length, 1);
    await assert.rejects(holding!.hold(1), { code: 'refused', message: /idle connection/ });
  });

  it('ends no further connection if those that have to end hold enough memory', async () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: 1 });
    const ended: string[] = [];
    const [large] = openAll(accountant, '192.0.2.1', 1, ended);
    await large!.hold(60);
    const [honest] = openAll(accountant, '192.0.2.2', 1, ended);
    await honest!.hold(10);
    const [third] = openAll(accountant, '192.0.2.3', 1, ended);
    const waiting = third!.hold(40);
    pass(LOOK);
    assert.equal(ended.length, 1);
    const another = honest!.hold(40);
    pass(LOOK);
    assert.equal(ended.length, 1);
    accountant.close(large!);
    await Promise.all([waiting, another]);
  });

  it('ends as many idle connections at once as hold the memory that another one needs', async () => {
    const accountant = new Accountant({ ...budgets, displaceAfter: 1_000 });
    const ended: string[] = [];
    const still = openAll(accountant, '192.0.2.1', 3, ended);
    for (const account of still) {
      await account.hold(20);
      account.since -= HOUR;
    }
    const [going] = openAll(accountant, '192.0.2.2', 1, ended);
    await going!.hold(40);
    const [honest] = openAll(accountant, '192.0.2.3', 1);
    const waiting = honest!.hold(30);
    pass(LOOK);
    assert.equal(ended.length, 2);
    still.forEach((account) => accountant.close(account));
    (await waiting)();
  });

  it('ends no connection that waits for memory in favor of an address that holds more', async () => {
    const accountant = new Accountant({
      ...budgets,
      memory: { total: 100, address: 100, connection: 100, assured: 100 },
      displaceAfter: HOUR,
    });
    const ended: string[] = [];
    const [large] = openAll(accountant, '192.0.2.1', 1, ended);
    const release = await large!.hold(90);
    const [modest] = openAll(accountant, '192.0.2.2', 1, ended);
    await modest!.hold(10);
    modest!.since -= HOUR;
    const waiting = [large!.hold(5), modest!.hold(10)];
    pass(3 * LOOK);
    assert.deepEqual(ended, []);
    release();
    await Promise.all(waiting);
  });

  it('shares the disk space for tokens that have not been checked', () => {
    const accountant = new Accountant();
    const { total, address, connection } = BUDGETS.unchecked;
    const take = (host: string): boolean =>
      accountant.open(host, () => undefined)!.tryStoreUnchecked(connection);
    for (let held = 0, host = 0; held < total; host++)
      for (let own = 0; own < address; own += connection, held += connection)
        assert(take(`192.0.2.${String(host)}`));
    assert(!take('192.0.2.0') && !take('198.51.100.1'));
    const [account] = openAll(new Accountant(), '192.0.2.1', 1);
    assert(!account!.tryStoreUnchecked(connection + 1));
  });

  it('releases everything that a connection held when it closes, once', async () => {
    const accountant = new Accountant(budgets);
    const [account] = openAll(accountant, '192.0.2.1', 1);
    const release = await account!.hold(50);
    assert(account!.tryStoreUnchecked(1000));
    accountant.close(account!);
    release();
    account!.removeUnchecked(1000);
    assert.deepEqual([accountant.memory.held, accountant.unchecked.held], [0, 0]);
    await assert.rejects(account!.hold(1), { code: 'refused' });
  });
});
