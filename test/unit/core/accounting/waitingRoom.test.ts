import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Accountant, type Account } from '../../../../src/core/accounting/accountant';
import { WaitingRoom, type Guest } from '../../../../src/core/accounting/waitingRoom';
import { BUDGETS } from '../../../../src/core/limits';

const budgets = {
  ...BUDGETS,
  connections: { total: 2, address: 1, connection: 1 },
  displaceAfter: 3_600_000,
  placePatience: 3_600_000,
};

/** A guest, and what has become of it. */
class TestGuest implements Guest {
  readonly leaving = new AbortController();
  readonly ended = this.leaving.signal;
  readonly admitted: Promise<void>;
  account: Account | undefined;
  isTurnedAway = false;

  constructor(
    room: WaitingRoom,
    readonly host: string,
    readonly hasSpoken = true,
  ) {
    this.admitted = room.admit(this).then((account) => {
      this.account = account;
      this.isTurnedAway = account === undefined;
    });
  }

  end(): void {
    throw new Error('it stands still for less than an hour');
  }
}

async function outcomes(guests: readonly TestGuest[]): Promise<string[]> {
  await new Promise(setImmediate);
  return guests.map(({ account, isTurnedAway }) => (account ? 'in' : isTurnedAway ? 'away' : 'waits'));
}

describe('A waiting room for connections', () => {
  it('admits connections while there are places, and others when a place becomes free', async () => {
    const accountant = new Accountant(budgets);
    const room = new WaitingRoom(accountant, 4);
    const guests = ['192.0.2.1', '192.0.2.1', '192.0.2.2'].map((host) => new TestGuest(room, host));
    assert.deepEqual(await outcomes(guests), ['in', 'waits', 'in']);
    accountant.close(guests[0]!.account!);
    room.letIn();
    assert.deepEqual(await outcomes(guests), ['in', 'in', 'in']);
    room.close();
  });

  it('prefers connections that have sent something, and among these the newest', async () => {
    const accountant = new Accountant(budgets);
    const room = new WaitingRoom(accountant, 4);
    const guests = [true, true, true, false].map((hasSpoken) => new TestGuest(room, '192.0.2.1', hasSpoken));
    const order: number[] = [];
    for (let round = 0; round < 3; round++) {
      await outcomes(guests);
      const inside = guests.findIndex(({ account }, i) => account?.isOpen && !order.includes(i));
      order.push(inside);
      accountant.close(guests[inside]!.account!);
      room.letIn();
    }
    assert.deepEqual(order, [0, 2, 1]);
    room.close();
    assert.deepEqual(await outcomes(guests), ['in', 'in', 'in', 'in']);
  });

  it('rejects the oldest connection of the address that most wait from, so that a new one always has a chance', async () => {
    const accountant = new Accountant({ ...budgets, connections: { total: 1, address: 1, connection: 1 } });
    const room = new WaitingRoom(accountant, 3);
    const hosts = ['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.1', '192.0.2.1'];
    const guests = hosts.map((host) => new TestGuest(room, host));
    assert.deepEqual(await outcomes(guests), ['in', 'waits', 'away', 'waits', 'waits']);
    room.close();
  });

  it('removes connections that leave, and rejects those that have waited for long', async () => {
    const accountant = new Accountant({ ...budgets, placePatience: 1 });
    const room = new WaitingRoom(accountant, 4);
    const guests = [1, 2, 3].map(() => new TestGuest(room, '192.0.2.1'));
    guests[1]!.leaving.abort();
    assert.deepEqual(await outcomes(guests.slice(0, 2)), ['in', 'away']);
    await guests[2]!.admitted;
    assert(guests[2]!.isTurnedAway);
  });

  it('rejects all connections when it closes', async () => {
    const room = new WaitingRoom(new Accountant(budgets), 4);
    const guests = [1, 2].map(() => new TestGuest(room, '192.0.2.1'));
    room.close();
    assert.deepEqual(await outcomes(guests), ['in', 'away']);
  });

  it('first admits a connection of the address that has fewest', async () => {
    const accountant = new Accountant({ ...budgets, connections: { total: 3, address: 3, connection: 1 } });
    const room = new WaitingRoom(accountant, 8);
    const guests = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.9', '192.0.2.1', '192.0.2.1'].map(
      (host) => new TestGuest(room, host),
    );
    assert.deepEqual(await outcomes(guests), ['in', 'in', 'in', 'waits', 'waits', 'waits']);
    accountant.close(guests[0]!.account!);
    room.letIn();
    assert.deepEqual(await outcomes(guests), ['in', 'in', 'in', 'in', 'waits', 'waits']);
    room.close();
  });

  it('counts the connections of an IPv6 network as those of one address', async () => {
    const accountant = new Accountant({ ...budgets, connections: { total: 1, address: 1, connection: 1 } });
    const room = new WaitingRoom(accountant, 3);
    const hosts = ['2001:db8::1', '192.0.2.1', '2001:db8::2', '2001:db8::3', '2001:db8::4'];
    const guests = hosts.map((host) => new TestGuest(room, host));
    assert.deepEqual(await outcomes(guests), ['in', 'waits', 'away', 'waits', 'waits']);
    room.close();
  });
});
