import type { InertCall, InertReference, Value } from '../../values/value';
import { MemoryBudget } from '../memoryBudget';

/** A change that a pickle makes to something that it only names: an attribute, an item, an entry of an imported object. */
export interface Change {
  readonly kind: 'change';
  readonly target: Value;
  /** The equivalent method: `__setstate__` for the opcode BUILD, `extend`, `add`, `update`. */
  readonly method: string;
  readonly value: Value;
}

export interface Import {
  readonly kind: 'import';
  /** Qualified, such as `os.system`. */
  readonly name: string;
}

/** What Python would do at one opcode, other than making plain data. */
export type PickleEvent = InertCall | InertReference | Change | Import;

/** Most names that are distinguished. The memory budget allows fewer. */
const MAX_IMPORTS = 1_000_000;

/**
 * Records everything that reading one or several pickles has encountered, in order, and how much memory it may still use.
 */
export class PickleAccount {
  /** In the order in which Python would reach them; each name once. */
  readonly events: PickleEvent[] = [];
  /** Whether Python's readers may read it in different ways, from memory and from a file. */
  isTwofold = false;
  /** Other results that Python may get from the same bytes when it loads them from a file. */
  readonly fromFile: PickleAccount[] = [];
  /** The result of Python for the same bytes without the library whose format they have. */
  readonly withoutFormat: PickleAccount[] = [];
  /** Findings after errors. */
  private behindMistakes: PickleAccount | undefined;
  private readonly names = new Set<string>();
  /** Values that are a part of the result in another place than the pickle has put them. */
  readonly replaced: Value[] = [];

  constructor(private readonly budget = new MemoryBudget()) {}

  /** Takes note of memory, in bytes, before or shortly after it is taken. @throws LimitError */
  spend(bytes: number): void {
    this.budget.spend(bytes);
  }

  /** For another way of reading the same bytes: events of its own, the same budget. */
  sibling(): PickleAccount {
    return new PickleAccount(this.budget);
  }

  get rest(): PickleAccount {
    this.behindMistakes ??= this.sibling();
    return this.behindMistakes;
  }

  /** Drops the events after a given number of them. */
  forgetSince(count: number): void {
    for (const event of this.events.splice(count))
      if ('kind' in event && event.kind === 'import') this.names.delete(event.name);
  }

  /** @param name qualified, such as `os.system` */
  addName(name: string): void {
    if (this.names.has(name) || this.names.size >= MAX_IMPORTS) return;
    this.names.add(name);
    this.events.push({ kind: 'import', name });
  }

  /** Adds the events of another account. */
  addAll(other: PickleAccount): void {
    for (const event of other.events)
      if ('kind' in event && event.kind === 'import') this.addName(event.name);
      else this.events.push(event);
    this.isTwofold ||= other.isTwofold;
  }

  addCall(call: InertCall): void {
    this.events.push(call);
  }

  /** Takes note that a file format has put something else in the place of a value, which is therefore not dropped. */
  addReplaced(value: Value): void {
    this.replaced.push(value);
  }

  addReference(reference: InertReference): void {
    this.events.push(reference);
  }

  addChange(target: Value, method: string, value: Value): void {
    this.events.push({ kind: 'change', target, method, value });
  }
}
