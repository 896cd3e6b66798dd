import { Emitter, type Disposable } from '../../core/scheduling/event';
import type { Address } from '../../core/wire/address';
import { DEFAULT_DIALECT } from '../../core/wire/dialects';
import type { Browser } from '../../net/discovery/discovery';
import type { Subnet } from '../../net/discovery/subnets';
import type { TargetProvider } from '../sending/knownTargets';
import type { Target } from '../sending/target';

/** Receive servers that are announced on the network, while somebody looks at them. */
export class NearbyServers implements TargetProvider, Disposable {
  readonly source = 'nearby';
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private browser: Browser | undefined;
  private wanted = false;

  /**
   * @param isOwn whether this window's own server has an address
   * @param onError called for a network in which nothing can be found
   * @param networks in which to look, for tests
   */
  constructor(
    private readonly isOwn: (address: Address) => boolean,
    private readonly onError: (error: Error) => void,
    private readonly networks: { readonly subnets?: () => readonly Subnet[]; readonly port?: number } = {},
  ) {}

  get targets(): readonly Target[] {
    const found = this.browser?.servers.filter((server) => !this.isOwn(server)) ?? [];
    return found.map(({ name, host, port }) => ({ label: name, host, port, dialect: DEFAULT_DIALECT }));
  }

  /** Starts or stops looking for servers. */
  async look(isWanted: boolean): Promise<void> {
    if (isWanted === this.wanted) return;
    this.wanted = isWanted;
    if (!isWanted) {
      this.dispose();
      return;
    }
    const { Browser } = await import('../../net/discovery/discovery');
    // Looking may have stopped while this was being loaded.
    if (!this.isStillWanted() || this.browser) return;
    this.browser = new Browser(this.onError, this.networks.subnets, this.networks.port);
    this.browser.onDidChange(() => this.changed.fire(undefined));
  }

  dispose(): void {
    this.wanted = false;
    this.browser?.dispose();
    this.browser = undefined;
    this.changed.fire(undefined);
  }

  private isStillWanted(): boolean {
    return this.wanted;
  }
}
