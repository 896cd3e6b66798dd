import type { InertCall, InertReference, Value } from '../../values/value';
import { MemoryBudget } from '../memoryBudget';

/** A change that a pickle makes to an object that it has imported: to an attribute, an item or an entry. */
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

/** An action of Python at one opcode, other than making plain data. */
export type PickleEvent = InertCall | InertReference | Change | Import;

/** The largest number of imported names that are recorded. The memory budget allows fewer. */
const MAX_IMPORTS = 1_000_000;

/**
 * Records what Python would do to load one or several pickles, in order, and counts the memory that reading them takes.
 */
export class PickleAccount {
  /** In the order in which Python would reach them. A name is recorded once. */
  readonly events: PickleEvent[] = [];
  /** Whether Python's readers may read the bytes in different ways from memory and from a file. */
  isAmbiguous = false;
  /** Actions that Python may take if it loads the same bytes from a file, with different block sizes. */
  readonly fromFile: PickleAccount[] = [];
  /** Actions that Python may take if it reads the bytes as plain pickles, without the library whose file format they have. */
  readonly withoutFormat: PickleAccount[] = [];
  private afterErrors: PickleAccount | undefined;
  private readonly names = new Set<string>();
  /** Values that a file format has replaced by their content. They belong to the result all the same. */
  readonly replaced: Value[] = [];

  /** @param isWithoutFormat whether it is for one of {@link withoutFormat} */
  constructor(
    private readonly budget = new MemoryBudget(),
    readonly isWithoutFormat = false,
  ) {}

  /** Charges memory in bytes, before or shortly after it is allocated. @throws LimitError */
  spend(bytes: number): void {
    this.budget.spend(bytes);
  }

  /** An account for another way of reading the same bytes, with separate events and the same budget. */
  sibling(isWithoutFormat = this.isWithoutFormat): PickleAccount {
    return new PickleAccount(this.budget, isWithoutFormat);
  }

  /** Records what is found in the data after an error. */
  get rest(): PickleAccount {
    this.afterErrors ??= this.sibling();
    return this.afterErrors;
  }

  /** Drops all but the first `count` events. */
  dropAfter(count: number): void {
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
    this.isAmbiguous ||= other.isAmbiguous;
  }

  addCall(call: InertCall): void {
    this.events.push(call);
  }

  /** Records that a file format has replaced a value by its content, so that the value does not count as dropped. */
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
