import assert from 'node:assert/strict';
import { DEFAULT_LIMITS } from '../../../../src/core/limits';
import { PairingCode } from '../../../../src/core/pairing/code';
import type { Paired, PairingHost } from '../../../../src/core/pairing/pairing';
import { WrongCodeError } from '../../../../src/core/wire/native/pairing/exchange';
import { Emitter } from '../../../../src/core/scheduling/event';
import { CodeHost, type CodeHostParts, type Outcome } from '../../../../src/editor/pairing/codeHost';
import type { WindowCode, WindowPairing } from '../../../../src/inbox/windows/windowRegistry';
import { pairWith } from '../../../../src/net/pairingClient';
import { ServerFixture } from '../../net/serverFixture';

const CODE = PairingCode.parse('42 amber falcon');
const WRONG = PairingCode.parse('42 amber tulip');

/** Notes between windows, which arrive at once. */
class Notes {
  readonly codes = new Map<string, WindowCode>();
  readonly pairings = new Map<string, WindowPairing>();
  private readonly changed = new Map<string, Emitter<undefined>>();

  changedFor(name: string): Emitter<undefined> {
    const emitter = this.changed.get(name) ?? new Emitter<undefined>();
    this.changed.set(name, emitter);
    return emitter;
  }

  /** Tells all windows but the one whose note has changed. */
  tell(from: string): void {
    for (const [name, emitter] of this.changed) if (name !== from) emitter.fire(undefined);
  }
}

/** A window, with or without the receive server. */
class TestWindow {
  readonly kept: Paired[] = [];
  readonly late: Outcome[] = [];
  failsToKeep = false;
  private readonly stateChanged = new Emitter<{ readonly kind: 'stopped' }>();
  private readonly server: CodeHostParts['server'];
  readonly host: CodeHost;

  constructor(
    readonly name: string,
    private readonly notes: Notes,
    readonly fixture?: ServerFixture,
  ) {
    const set = <T>(map: Map<string, T>, value: T | undefined): Promise<void> => {
      if (value === undefined) map.delete(name);
      else map.set(name, value);
      notes.tell(name);
      return Promise.resolve();
    };
    const others = <T>(map: Map<string, T>): T[] =>
      [...map].flatMap(([owner, value]) => (owner === name ? [] : value));
    this.server = this.serverOf(fixture);
    this.host = new CodeHost({
      server: this.server,
      peers: {
        get codeElsewhere() {
          return others(notes.codes)[0];
        },
        pairingOf: (id) => others(notes.pairings).find((one) => one.id === id),
        get receivesElsewhere() {
          return fixture ? undefined : receiving;
        },
        setCode: (code) => set(notes.codes, code),
        setPairing: (pairing) => set(notes.pairings, pairing),
        onDidChange: notes.changedFor(name).event,
      },
      keep: (paired) => {
        if (this.failsToKeep) return Promise.reject(new Error('the secret storage is locked'));
        this.kept.push(paired);
        return Promise.resolve(paired.name);
      },
      describe: (error) => (error as Error).message,
      tellLate: (outcome) => this.late.push(outcome),
    });
  }

  get isServing(): boolean {
    return this.server.pairing !== undefined;
  }

  stopServer(): void {
    this.stateChanged.fire({ kind: 'stopped' });
  }

  close(): void {
    this.notes.codes.delete(this.name);
    this.notes.tell(this.name);
  }

  private serverOf(fixture: ServerFixture | undefined): CodeHostParts['server'] {
    let shown: PairingHost | undefined;
    return {
      state: fixture ? { kind: 'listening', host: '127.0.0.1', port: fixture.port } : { kind: 'stopped' },
      onDidChangeState: this.stateChanged.event,
      get pairing() {
        return shown;
      },
      set pairing(pairing) {
        shown = pairing;
        if (fixture) fixture.options = pairing ? { pairing } : {};
      },
    };
  }
}

/** The window that receives, as another one sees it. */
let receiving: { owner: string; host: string; port: number } | undefined;

describe('the window that shows a code', () => {
  let notes: Notes;
  let fixture: ServerFixture;
  let owner: TestWindow;
  let other: TestWindow;
  beforeEach(async () => {
    notes = new Notes();
    fixture = await ServerFixture.start();
    receiving = { owner: 'owner', host: '127.0.0.1', port: fixture.port };
    owner = new TestWindow('owner', notes, fixture);
    other = new TestWindow('other', notes);
  });
  afterEach(async () => {
    owner.host.dispose();
    other.host.dispose();
    await ServerFixture.stopAll();
  });

  const pair = (code: PairingCode): Promise<Paired> =>
    pairWith(
      { host: '127.0.0.1', port: fixture.port },
      { code, name: 'Ben', limits: DEFAULT_LIMITS, keep: () => Promise.resolve() },
    );

  for (const which of ['owner', 'other'] as const) {
    const windows = () => ({ shows: which === 'owner' ? owner : other });
    const where = which === 'owner' ? 'has the receive server' : 'does not have the receive server';

    describe(`and ${where}`, () => {
      it('is notified of the pairing, whose key is stored once', async () => {
        const { outcome } = windows().shows.host.offer(CODE, 'Anna');
        const guest = await pair(CODE);
        assert.deepEqual(await outcome, { kind: 'paired', name: 'Ben', digits: guest.digits });
        assert.equal(guest.name, 'Anna');
        const kept = [...owner.kept, ...other.kept];
        assert.deepEqual(
          kept.map(({ key }) => key.toText()),
          [guest.key.toText()],
        );
        assert.equal(owner.isServing, false);
        assert.equal(notes.codes.size, 0);
      });

      it('is notified of a wrong guess, after which the code is invalid', async () => {
        const { outcome } = windows().shows.host.offer(CODE, 'Anna');
        await assert.rejects(pair(WRONG), WrongCodeError);
        assert.deepEqual(await outcome, { kind: 'wrong-code' });
        await assert.rejects(pair(CODE), { refusal: 'not-pairing' });
        assert.deepEqual([owner.kept, other.kept], [[], []]);
      });

      it('can withdraw the code', async () => {
        const offered = windows().shows.host.offer(CODE, 'Anna');
        offered.cancel();
        assert.deepEqual(await offered.outcome, { kind: 'cancelled' });
        await assert.rejects(pair(CODE), { refusal: 'not-pairing' });
        assert.equal(owner.isServing, false);
      });

      it('is notified when the code expires', async () => {
        const { outcome } = windows().shows.host.offer(CODE, 'Anna', 10);
        assert.deepEqual(await outcome, { kind: 'expired' });
        await assert.rejects(pair(CODE), { refusal: 'not-pairing' });
      });

      it('is notified if the key cannot be stored', async () => {
        owner.failsToKeep = true;
        const { outcome } = windows().shows.host.offer(CODE, 'Anna');
        await pair(CODE);
        assert.deepEqual(await outcome, { kind: 'failed', message: 'the secret storage is locked' });
      });

      it('is notified when the receive server stops', async () => {
        const { outcome } = windows().shows.host.offer(CODE, 'Anna');
        owner.stopServer();
        receiving = undefined;
        notes.tell('owner');
        assert.deepEqual(await outcome, { kind: 'stopped' });
      });

      it('is the only one that shows a code', async () => {
        const offered = windows().shows.host.offer(CODE, 'Anna');
        for (const window of [owner, other])
          assert.deepEqual(await window.host.offer(CODE, 'Clara').outcome, { kind: 'busy' });
        assert.equal((await pair(CODE)).name, 'Anna');
        assert.equal((await offered.outcome).kind, 'paired');
      });

      it('can show another code afterwards', async () => {
        for (const code of [CODE, WRONG]) {
          const { outcome } = windows().shows.host.offer(code, 'Anna');
          await pair(code);
          assert.equal((await outcome).kind, 'paired');
        }
        assert.equal(owner.kept.length, 2);
      });
    });
  }

  it('makes the code invalid when it is closed', async () => {
    other.host.offer(CODE, 'Anna');
    assert.equal(owner.isServing, true);
    other.close();
    await assert.rejects(pair(CODE), { refusal: 'not-pairing' });
  });

  it('leaves it to the owner to report a pairing that ends after it was closed', async () => {
    other.host.offer(CODE, 'Anna');
    const keep = (): Promise<void> => {
      other.close();
      return Promise.resolve();
    };
    const guest = await pairWith(
      { host: '127.0.0.1', port: fixture.port },
      { code: CODE, name: 'Ben', limits: DEFAULT_LIMITS, keep },
    );
    await fixture.server.stop(1000);
    assert.deepEqual(owner.late, [{ kind: 'paired', name: 'Ben', digits: guest.digits }]);
  });

  it('is notified if its note does not contain a code', () => {
    notes.codes.set('stranger', { id: 'x', text: 'no code', name: 'Anna', until: Date.now() + 1000 });
    notes.tell('stranger');
    assert.equal(notes.pairings.get('owner')?.kind, 'failed');
    assert.equal(owner.isServing, false);
  });
});
