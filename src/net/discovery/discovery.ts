import { Emitter, type Disposable } from '../../core/scheduling/event';
import { addressRank } from '../networks';
import { randomHost } from './announcement';
import { Announcer, type AnnounceOptions } from './announcer';
import { FoundServices, type FoundServer } from './foundServices';
import { MulticastSocket } from './multicastSocket';
import { readServices } from './packets';
import { SERVICE } from './service';
import { subnetsOf, type Subnet } from './subnets';

/** Milliseconds between two checks of the networks of this machine, which come and go. */
const LOOK_INTERVAL = 10_000;
/** Milliseconds until the first questions; the last interval is repeated. */
const QUERY_GAPS = [1_000, 3_000, 9_000, 27_000, 60_000];
const EVERY_NETWORK = '::';
const QUESTION: Parameters<MulticastSocket['query']>[0] = { questions: [{ name: SERVICE, type: 'PTR' }] };

/** Keeps one part for each network, as networks come and go. */
class PerNetwork<T> implements Disposable {
  private readonly all = new Map<string, T>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly networks: () => readonly Subnet[],
    private readonly open: (subnet: Subnet) => T,
    private readonly close: (one: T) => unknown,
  ) {
    this.timer = setInterval(() => this.look(), LOOK_INTERVAL).unref();
    this.look();
  }

  get values(): readonly T[] {
    return [...this.all.values()];
  }

  /** Closes all of them. */
  dispose(): void {
    void this.end();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    const all = this.values;
    this.all.clear();
    await Promise.all(all.map((one) => this.close(one)));
  }

  private look(): void {
    const networks = new Map(this.networks().map((subnet) => [subnet.key, subnet]));
    for (const [key, one] of this.all)
      if (!networks.has(key)) {
        this.all.delete(key);
        this.close(one);
      }
    for (const [key, subnet] of networks) if (!this.all.has(key)) this.all.set(key, this.open(subnet));
  }
}

/** An announcement that goes on. */
export interface Announcing {
  /** In how many networks. */
  readonly networks: number;
  /** Withdraws the server from all networks. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Announces a receive server in each network in which others can reach it, and in no other. A server at a loopback address
 * is announced nowhere, and opens no socket.
 * @param host at which it listens
 */
export function announce(
  host: string,
  options: AnnounceOptions,
  networks: () => readonly Subnet[] = () => subnetsOf(host),
): Announcing {
  const machine = randomHost();
  const names = new Set<string>();
  const onAnnounced = (name: string): void => {
    if (names.has(name)) return;
    names.add(name);
    options.onAnnounced?.(name);
  };
  const announcers = new PerNetwork(
    networks,
    (subnet) => new Announcer(subnet, { ...options, onAnnounced }, machine),
    (announcer) => announcer.stop(),
  );
  return {
    get networks() {
      return announcers.values.length;
    },
    stop: () => announcers.end(),
  };
}

interface Ear {
  readonly subnet: Subnet;
  readonly socket: MulticastSocket;
  readonly found: FoundServices;
}

/** Looks for receive servers in all networks of this machine until it is disposed of. */
export class Browser implements Disposable {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly ears: PerNetwork<Ear>;
  private queryTimer: NodeJS.Timeout | undefined;
  private endTimer: NodeJS.Timeout | undefined;
  private queries = 0;
  private shown = '';

  constructor(
    private readonly onError: (error: Error) => void = () => undefined,
    networks: () => readonly Subnet[] = () => subnetsOf(EVERY_NETWORK),
    private readonly multicastPort?: number,
  ) {
    this.ears = new PerNetwork(
      networks,
      (subnet) => this.listen(subnet),
      ({ socket }) => socket.close(),
    );
    this.query();
  }

  /**
   * Sorted by name, each address once. A server that is announced over IPv4 and IPv6 on one interface is listed once too,
   * with its IPv4 address.
   */
  get servers(): readonly FoundServer[] {
    const now = performance.now();
    const all = this.ears.values.flatMap(({ subnet, found }) =>
      found
        .list(now)
        .map(({ machine, ...server }) => ({ server, machine: `${subnet.interfaceName} ${machine}` })),
    );
    const seen = new Set<string>();
    const isNew = ({ server: { host, port }, machine }: (typeof all)[number]): boolean => {
      const places = [host, machine].map((where) => `${where} ${String(port)}`);
      if (places.some((place) => seen.has(place))) return false;
      for (const place of places) seen.add(place);
      return true;
    };
    return all
      .sort((a, b) => addressRank(a.server.host) - addressRank(b.server.host))
      .filter(isNew)
      .map(({ server }) => server)
      .sort((a, b) => a.name.localeCompare(b.name) || a.host.localeCompare(b.host));
  }

  dispose(): void {
    clearTimeout(this.queryTimer);
    clearTimeout(this.endTimer);
    this.ears.dispose();
  }

  private listen(subnet: Subnet): Ear {
    const found = new FoundServices(subnet);
    const take = (packet: unknown): void => {
      found.take(readServices(packet), performance.now());
      this.check();
    };
    const handlers = { onResponse: take, onFailed: this.onError };
    const socket = new MulticastSocket(subnet, handlers, this.multicastPort);
    void socket.query(QUESTION);
    return { subnet, socket, found };
  }

  private query(): void {
    const gap = QUERY_GAPS[Math.min(this.queries++, QUERY_GAPS.length - 1)];
    this.queryTimer = setTimeout(() => {
      for (const { socket } of this.ears.values) void socket.query(QUESTION);
      this.query();
    }, gap).unref();
  }

  /** Reports a change, and checks again when the first server expires. */
  private check(): void {
    const shown = JSON.stringify(this.servers);
    if (shown !== this.shown) {
      this.shown = shown;
      this.changed.fire(undefined);
    }
    clearTimeout(this.endTimer);
    const ends = this.ears.values.flatMap(({ found }) => found.nextEnd ?? []);
    if (ends.length === 0) return;
    this.endTimer = setTimeout(
      () => this.check(),
      Math.max(0, Math.min(...ends) - performance.now()) + 1,
    ).unref();
  }
}
