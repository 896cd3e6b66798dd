interface Flow<T> {
  readonly members: T[];
  /** The share that it has received, or at least so much, when its next member is taken. */
  start: number;
}

/**
 * A queue of flows, such as the requests of one address, that share something fairly (start-time fair queuing): the next
 * member is taken from the flow that has received least. So a large flow gets no more than a small one, and one that asks
 * for much no more than one that asks for little. A flow that comes back after a while is next. Within a flow, members are
 * taken in the order of asking.
 */
export class FairQueue<T> {
  /** Those of whom somebody waits. */
  private readonly flows = new Map<string, Flow<T>>();
  /** The other flows and the shares that they have received, while those are above the current level. */
  private readonly absent = new Map<string, number>();
  /** The share of the flow from which a member was taken last. */
  private level = 0;

  get isEmpty(): boolean {
    return this.flows.size === 0;
  }

  add(member: T, flow: string): void {
    const others = this.flows.get(flow);
    if (others) {
      others.members.push(member);
      return;
    }
    this.flows.set(flow, { members: [member], start: Math.max(this.level, this.absent.get(flow) ?? 0) });
    this.absent.delete(flow);
  }

  /** @returns undefined if nobody waits; the caller charges what the member takes */
  take(): { readonly member: T; readonly flow: string } | undefined {
    let first: [string, Flow<T>] | undefined;
    for (const one of this.flows) if (!first || one[1].start < first[1].start) first = one;
    if (!first) return undefined;
    const [flow, { members, start }] = first;
    this.level = start;
    const member = members.shift() as T;
    if (members.length === 0) {
      this.flows.delete(flow);
      this.absent.set(flow, start);
    }
    this.charge(flow, LEAST);
    return { member, flow };
  }

  /** Adds to the share that a flow has received. */
  charge(name: string, amount: number): void {
    const flow = this.flows.get(name);
    if (flow) flow.start += amount;
    else this.absent.set(name, Math.max(this.level, this.absent.get(name) ?? 0) + amount);
    if (this.absent.size > MOST_ABSENT) this.forgetAbsent();
  }

  /** Drops the flows that would be next if they came back, and if those are too few, all of them. */
  private forgetAbsent(): void {
    for (const [name, given] of this.absent) if (given <= this.level) this.absent.delete(name);
    if (this.absent.size > MOST_ABSENT) this.absent.clear();
  }
}

/** Charged to everybody at once, so that several can be taken before it is known how much they take. */
const LEAST = 0.01;
const MOST_ABSENT = 1_000;
