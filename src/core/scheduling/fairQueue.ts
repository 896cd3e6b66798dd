interface Crowd<T> {
  readonly members: T[];
  /** The share that it has received, or at least so much, when its next member is taken. */
  start: number;
}

/**
 * A queue of crowds that share something fairly (start-time fair queuing): the next member is taken from the crowd that has
 * received least. So a large crowd gets no more than a small one, and one that asks for much no more than one that asks for
 * little. A crowd that comes back after a while is next. Within a crowd, members are taken in the order of asking.
 */
export class FairQueue<T> {
  /** Those of whom somebody waits. */
  private readonly crowds = new Map<string, Crowd<T>>();
  /** The other crowds and the shares that they have received, while those are above the current level. */
  private readonly absent = new Map<string, number>();
  /** The share of the crowd from which a member was taken last. */
  private level = 0;

  get isEmpty(): boolean {
    return this.crowds.size === 0;
  }

  add(member: T, crowd: string): void {
    const others = this.crowds.get(crowd);
    if (others) {
      others.members.push(member);
      return;
    }
    this.crowds.set(crowd, { members: [member], start: Math.max(this.level, this.absent.get(crowd) ?? 0) });
    this.absent.delete(crowd);
  }

  /** @returns undefined if nobody waits; the caller charges what the member takes */
  take(): { readonly member: T; readonly crowd: string } | undefined {
    let first: [string, Crowd<T>] | undefined;
    for (const one of this.crowds) if (!first || one[1].start < first[1].start) first = one;
    if (!first) return undefined;
    const [crowd, { members, start }] = first;
    this.level = start;
    const member = members.shift() as T;
    if (members.length === 0) {
      this.crowds.delete(crowd);
      this.absent.set(crowd, start);
    }
    this.charge(crowd, LEAST);
    return { member, crowd };
  }

  /** Adds to the share that a crowd has received. */
  charge(name: string, amount: number): void {
    const crowd = this.crowds.get(name);
    if (crowd) crowd.start += amount;
    else this.absent.set(name, Math.max(this.level, this.absent.get(name) ?? 0) + amount);
    if (this.absent.size > MOST_ABSENT) this.forgetAbsent();
  }

  /** Drops the crowds that would be next if they came back, and if those are too few, all of them. */
  private forgetAbsent(): void {
    for (const [name, given] of this.absent) if (given <= this.level) this.absent.delete(name);
    if (this.absent.size > MOST_ABSENT) this.absent.clear();
  }
}

/** Charged to everybody at once, so that several can be taken before it is known how much they take. */
const LEAST = 0.01;
const MOST_ABSENT = 1_000;
