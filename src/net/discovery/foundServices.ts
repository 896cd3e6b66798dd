import { addressRank } from '../networks';
import type { ServiceRecords } from './packets';
import { displayNameOf, sameName, SERVICE } from './service';
import type { Subnet } from './subnets';

/** A receive server that somebody announces. Whoever is in the network can say so: it is an address, and proves nothing. */
export interface FoundServer {
  /** What it calls itself. Nothing in it acts on a screen. */
  readonly name: string;
  /** In the network in which it was announced. */
  readonly host: string;
  readonly port: number;
}

/** One that was found in one network. */
export interface FoundService extends FoundServer {
  /** By which name of its machine: where a server is announced in IPv4 and IPv6, it is the same. */
  readonly machine: string;
}

interface Expiring {
  /** Milliseconds, of the clock that the caller counts by. */
  readonly end: number;
}

/** What others can make this remember, for each network. */
const MOST_SERVICES = 64;

/** What is announced in one network, for as long as it says that it holds. */
export class FoundServices {
  private readonly instances = new Map<string, Expiring & { readonly name: string }>();
  private readonly places = new Map<string, Expiring & { readonly host: string; readonly port: number }>();
  /** Of several addresses of a host, the one that a person reads best. */
  private readonly addresses = new Map<string, Expiring & { readonly address: string }>();

  constructor(private readonly subnet: Subnet) {}

  /** Takes in what a packet says. An address in another network does not count: nobody can point elsewhere, such as to this machine. */
  take({ pointers, places, addresses }: ServiceRecords, now: number): void {
    this.forgetOld(now);
    for (const { service, instance, ttl } of pointers) {
      const name = sameName(service, SERVICE) ? displayNameOf(instance) : undefined;
      if (name !== undefined) keep(this.instances, instance, { name, end: endOf(ttl, now) }, now);
    }
    for (const { instance, host, port, ttl } of places) {
      if (displayNameOf(instance) === undefined) continue;
      keep(this.places, instance, { host: host.toLowerCase(), port, end: endOf(ttl, now) }, now);
    }
    const hosts = this.hosts();
    const wanted = addresses.filter(
      ({ host, address }) => hosts.has(host.toLowerCase()) && this.subnet.has(address),
    );
    for (const { host, address, ttl } of wanted.sort(
      (a, b) => addressRank(b.address) - addressRank(a.address),
    ))
      keep(this.addresses, host, { address, end: endOf(ttl, now) }, now);
  }

  /** Those of which name and place are known. */
  list(now: number): FoundService[] {
    this.forgetOld(now);
    return [...this.instances].flatMap(([instance, { name }]) => {
      const place = this.places.get(instance);
      const address = place && this.addresses.get(place.host)?.address;
      if (!place || address === undefined) return [];
      return [{ name, host: this.subnet.hostAt(address), port: place.port, machine: place.host }];
    });
  }

  /** When the first of what is known ends, if nobody says that it is still there; undefined if there is none. */
  get nextEnd(): number | undefined {
    const ends = [this.instances, this.places, this.addresses].flatMap((kept) =>
      [...kept.values()].map(({ end }) => end),
    );
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  private forgetOld(now: number): void {
    for (const kept of [this.instances, this.places, this.addresses])
      for (const [name, { end }] of kept) if (end <= now) kept.delete(name);
    const hosts = this.hosts();
    for (const host of this.addresses.keys()) if (!hosts.has(host)) this.addresses.delete(host);
  }

  /** Hosts whose address is wanted. */
  private hosts(): ReadonlySet<string> {
    return new Set([...this.places.values()].map(({ host }) => host));
  }
}

/** A time of 0 says that it is gone. What comes when there is no room is not kept. */
function keep<T extends Expiring>(kept: Map<string, T>, name: string, value: T, now: number): void {
  const key = name.toLowerCase();
  if (value.end <= now) kept.delete(key);
  else if (kept.has(key) || kept.size < MOST_SERVICES) kept.set(key, value);
}

function endOf(ttl: number, now: number): number {
  return now + ttl * 1000;
}
