import { addressRank } from '../networks';
import type { ServiceRecords } from './packets';
import { displayNameOf, sameName, SERVICE } from './service';
import type { Subnet } from './subnets';

/**
 * A receive server that somebody announces. Anybody on the network can announce one: it is an address, and proves nothing.
 */
export interface FoundServer {
  /** The name that it announces. Nothing in it acts on a screen. */
  readonly name: string;
  /** An address in the network in which it was announced. */
  readonly host: string;
  readonly port: number;
}

/** One that was found in one network. */
export interface FoundService extends FoundServer {
  /** The name of its machine: if a server is announced over IPv4 and IPv6, it is the same. */
  readonly machine: string;
}

interface Expiring {
  /** In milliseconds, by the clock of the caller. */
  readonly end: number;
}

/** Limits of what others can make this remember, for each network. */
const MOST_SERVICES = 64;

/** Services announced in one network, each for as long as its records are valid. */
export class FoundServices {
  private readonly instances = new Map<string, Expiring & { readonly name: string }>();
  private readonly places = new Map<string, Expiring & { readonly host: string; readonly port: number }>();
  /** If a host has several addresses, the one that is easiest to read. */
  private readonly addresses = new Map<string, Expiring & { readonly address: string }>();

  constructor(private readonly subnet: Subnet) {}

  /**
   * Takes the records of a packet. An address in another network does not count, so that nobody can point elsewhere, such as
   * to this machine.
   */
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

  /** Services with a known name and address. */
  list(now: number): FoundService[] {
    this.forgetOld(now);
    return [...this.instances].flatMap(([instance, { name }]) => {
      const place = this.places.get(instance);
      const address = place && this.addresses.get(place.host)?.address;
      if (!place || address === undefined) return [];
      return [{ name, host: this.subnet.hostAt(address), port: place.port, machine: place.host }];
    });
  }

  /** When the first service expires, unless it is announced again; undefined if there is none. */
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

/** A TTL of 0 withdraws a record. Records for which there is no room are dropped. */
function keep<T extends Expiring>(kept: Map<string, T>, name: string, value: T, now: number): void {
  const key = name.toLowerCase();
  if (value.end <= now) kept.delete(key);
  else if (kept.has(key) || kept.size < MOST_SERVICES) kept.set(key, value);
}

function endOf(ttl: number, now: number): number {
  return now + ttl * 1000;
}
