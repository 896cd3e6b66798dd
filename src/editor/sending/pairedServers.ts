import { Emitter, type Disposable } from '../../core/scheduling/event';
import { DEFAULT_DIALECT } from '../../core/wire/dialects';
import type { KeyEntry, Keyring } from '../keys/keyring';
import type { TargetProvider } from './knownTargets';
import type { Target } from './target';

/** The peers that this person has paired with, each at its last known address. */
export class PairedServers implements TargetProvider, Disposable {
  readonly source = 'paired';
  targets: readonly Target[] = [];
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly subscription: Disposable;

  constructor(
    private readonly keyring: Keyring,
    onError: (error: unknown) => void,
  ) {
    this.subscription = keyring.onDidChange(() => void this.load().catch(onError));
  }

  /** Reads the keys, which may take the secret storage a while. */
  async load(): Promise<void> {
    this.targets = (await this.keyring.entries()).flatMap(pairedTarget);
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

/** None for a key that does not belong to one peer, or whose peer has no known address. */
function pairedTarget({ name, kind, addresses: [address] }: KeyEntry): Target[] {
  if (kind !== 'paired' || !address) return [];
  return [{ name, ...address, dialect: DEFAULT_DIALECT, key: name, isPaired: true }];
}
