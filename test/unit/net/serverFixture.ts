import { FernetKey } from '../../../src/core/crypto/keys';
import { BUDGETS, DEFAULT_LIMITS, type Budgets, type Limits } from '../../../src/core/limits';
import type { PairingHost } from '../../../src/core/pairing/pairing';
import type { AdmissionControl } from '../../../src/core/admission/admissionControl';
import { withHooks } from '../../../src/core/item/storeHooks';
import type { DialectName } from '../../../src/core/wire/dialects';
import type { ReceivedItem } from '../../../src/core/item/item';
import { ReceiveServer, type PeerFailure } from '../../../src/net/receiveServer';
import { MemoryStore } from '../core/wire/memoryStore';
import type { NamedKey } from '../../../src/core/crypto/namedKey';
import { namedKeys } from '../../harness/namedKeys';

export const key = FernetKey.parse('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=');

/** Silences short enough for tests. */
export const SHORT: Partial<Limits> = {
  idleTime: 200,
  rawQuietTime: 40,
  rawTextQuietTime: 60,
  answerTime: 300,
};

export interface FixtureOptions {
  /** Called `lab`. */
  readonly key?: FernetKey;
  /** Others that are accepted. */
  readonly keys?: readonly NamedKey[];
  readonly requireEncryption?: boolean;
  readonly allowPickle?: boolean;
  readonly limits?: Partial<Limits>;
  readonly pairing?: PairingHost;
  /** Those that are accepted, where it is not the usual ones. */
  readonly dialects?: readonly DialectName[];
  readonly bufferSize?: number;
  readonly budgets?: Partial<Budgets>;
  /** Takes everything unless given. */
  readonly admissionControl?: AdmissionControl;
  /** Any that is free unless given. */
  readonly port?: number;
}

/** A receive server on a port of its own, with a store in memory. */
export class ServerFixture {
  private static readonly running: ServerFixture[] = [];
  readonly store = new MemoryStore();
  readonly announced: ReceivedItem[] = [];
  readonly failures: PeerFailure[] = [];
  readonly server: ReceiveServer;

  /** The options may be changed; they count from the next connection on. */
  constructor(public options: FixtureOptions = {}) {
    this.server = new ReceiveServer({
      host: '127.0.0.1',
      port: options.port ?? 0,
      bufferSize: options.bufferSize ?? 65536,
      budgets: { ...BUDGETS, ...options.budgets },
      connectionOptions: () => this.connectionOptions(),
      refuses: (host) => options.admissionControl?.refusesAddress(host) ?? false,
    });
    this.server.onDidReceive((item) => this.announced.push(item));
    this.server.onDidFailPeer((failure) => this.failures.push(failure));
  }

  static async start(options?: FixtureOptions): Promise<ServerFixture> {
    return ServerFixture.started(new ServerFixture(options));
  }

  static async started(fixture: ServerFixture): Promise<ServerFixture> {
    ServerFixture.running.push(fixture);
    await fixture.server.start();
    return fixture;
  }

  static async stopAll(): Promise<void> {
    for (const { server } of ServerFixture.running.splice(0)) await server.stop();
  }

  get port(): number {
    const { address } = this.server;
    if (!address) throw new Error('the server does not listen');
    return address.port;
  }

  /** Settles once so many peers have failed. */
  async untilFailed(count = 1): Promise<void> {
    while (this.failures.length < count) {
      await new Promise<void>((resolve) => {
        const subscription = this.server.onDidFailPeer(() => {
          subscription.dispose();
          resolve();
        });
      });
    }
  }

  private connectionOptions() {
    const {
      key: own,
      keys = [],
      requireEncryption = false,
      allowPickle = true,
      limits,
      pairing,
      dialects,
      admissionControl,
    } = this.options;
    return {
      store: admissionControl
        ? withHooks(this.store, { admit: (...item) => admissionControl.admit(...item) })
        : this.store,
      keys: [...namedKeys(own), ...keys],
      ...(pairing && { pairing }),
      ...(dialects && { dialects }),
      requireEncryption,
      allowPickle,
      limits: { ...DEFAULT_LIMITS, ...limits },
    };
  }
}
