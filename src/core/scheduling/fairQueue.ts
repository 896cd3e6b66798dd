/** A queue of crowds: whoever is taken next is of the crowd that has waited for longest, so that a large one takes no more than a small one. */
export class FairQueue<T> {
  /** By crowd, in the order of asking; the crowd that is next stands first. */
  private readonly crowds = new Map<string, T[]>();

  get isEmpty(): boolean {
    return this.crowds.size === 0;
  }

  add(member: T, crowd: string): void {
    const others = this.crowds.get(crowd);
    if (others) others.push(member);
    else this.crowds.set(crowd, [member]);
  }

  /** @returns undefined where nobody waits */
  take(): T | undefined {
    for (const [crowd, members] of this.crowds) {
      const first = members.shift();
      this.crowds.delete(crowd);
      if (members.length > 0) this.crowds.set(crowd, members);
      return first;
    }
    return undefined;
  }
}
