import { flatLiteral } from '../../render/flatLiteral';
import { InertName, type InertCall, type Value } from '../../values/value';
import { MemoryBudget } from '../memoryBudget';
import { reachableFrom } from './reach';

/** What Python would do to load a pickle, beyond making plain data. Structured-cloneable. */
export interface PickleActions {
  /** What it would import, which runs the module: classes and functions such as `os.system`, each once, as they come. */
  readonly names: readonly string[];
  /** What it would call, by callable; first what has calls whose result is dropped. */
  readonly calls: readonly CallSummary[];
  /** Whether there is more of either than is listed. */
  readonly isCut: boolean;
}

/** The calls of one callable. */
export interface CallSummary {
  /** Such as `os.system`. */
  readonly callable: string;
  /** The first of those that are dropped, or else of all, in a line of about a hundred characters. */
  readonly example: string;
  readonly count: number;
  /** How many of them leave nothing in the value: Python would make them, and forget their result. */
  readonly dropped: number;
}

/** Whether Python would run anything but its own reading of data. */
export function runsCode({ names, calls }: PickleActions): boolean {
  return names.length > 0 || calls.length > 0;
}

/** Names and callables that are listed. */
const MAX_LISTED = 100;
const MAX_TEXT = 100;

/** What the reading of one or several pickles has met, and how much memory it may still take. */
export class PickleAccount {
  private readonly names = new Set<string>();
  private readonly calls: InertCall[] = [];
  private readonly replaced: Value[] = [];
  private isCut = false;

  constructor(private readonly budget = new MemoryBudget()) {}

  /** Takes note of memory, in bytes, before or shortly after it is taken. @throws LimitError */
  spend(bytes: number): void {
    this.budget.spend(bytes);
  }

  /** @param name qualified, such as `os.system` */
  addName(name: string): void {
    if (this.names.size < MAX_LISTED) this.names.add(name);
    else this.isCut ||= !this.names.has(name);
  }

  addCall(call: InertCall): void {
    this.calls.push(call);
  }

  /** Takes note that a file format has put something else in the place of a value, which is therefore not dropped. */
  addReplaced(value: Value): void {
    this.replaced.push(value);
  }

  /** @param values all that was read from start to end */
  actions(values: readonly Value[]): PickleActions {
    const reached = this.calls.length > 0 ? reachableFrom([...values, ...this.replaced]) : undefined;
    const isDropped = (call: InertCall): boolean => reached !== undefined && !reached.has(call);
    const summaries = new Map<string, Mutable<CallSummary>>();
    for (const dropped of [true, false])
      for (const call of this.calls) if (isDropped(call) === dropped) this.addTo(summaries, call, dropped);
    return { names: [...this.names], calls: [...summaries.values()], isCut: this.isCut };
  }

  private addTo(summaries: Map<string, Mutable<CallSummary>>, call: InertCall, dropped: boolean): void {
    const callable = describeCallable(call.callable);
    let summary = summaries.get(callable);
    if (summary === undefined) {
      this.isCut ||= summaries.size === MAX_LISTED;
      if (summaries.size === MAX_LISTED) return;
      summary = { callable, example: flatLiteral(call, MAX_TEXT), count: 0, dropped: 0 };
      summaries.set(callable, summary);
    }
    summary.count++;
    if (dropped) summary.dropped++;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function describeCallable(callable: Value): string {
  return callable instanceof InertName ? callable.qualifiedName : flatLiteral(callable, MAX_TEXT);
}
