interface Crowd<T> {
  readonly members: T[];
  /** What it has been given, in the end or at least, when its next member is taken. */
  start: number;
}

/**
 * A queue of crowds that share something fairly: whoever is taken next is of the crowd that has been given least. So a large crowd gets no
 * more than a small one, one that asks for much no more than one that asks for little, and who comes after a while is next. In a crowd, the
 * order is that of asking. (Start-time fair queuing.)
 */
export class FairQueue<T> {
  /** Those of whom somebody waits. */
  private readonly crowds = new Map<string, Crowd<T>>();
  /** The others, with what they have been given, as long as that is more than what is given now. */
  private readonly absent = new Map<string, number>();
  /** What the crowd had been given that was taken last. */
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

  /** @returns undefined where nobody waits; what it takes is to be charged */
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

  /** Notes what a crowd has been given. */
  charge(name: string, amount: number): void {
    const crowd = this.crowds.get(name);
    if (crowd) crowd.start += amount;
    else this.absent.set(name, Math.max(this.level, this.absent.get(name) ?? 0) + amount);
    if (this.absent.size > MOST_ABSENT) this.forgetAbsent();
  }

  /** Those that would be next if they came back, and else all of them. */
  private forgetAbsent(): void {
    for (const [name, given] of this.absent) if (given <= this.level) this.absent.delete(name);
    if (this.absent.size > MOST_ABSENT) this.absent.clear();
  }
}

/** What everybody is charged at once, so that several can be taken before it is known what they take. */
const LEAST = 0.01;
const MOST_ABSENT = 1_000;
