import { CanonicalOrder, type Entry } from '../values/order';
import type { Container, Dict, Value, ValueSet } from '../values/value';
import { PythonWriter } from './pythonLiteral';
import type { ViewOptions } from './view';

/**
 * A Python literal for comparing, with one entry per line. Dictionaries and sets are sorted by {@link CanonicalOrder}, so equal
 * values have the same text whatever their format and order of insertion were.
 * @throws LimitError if the text would be longer than the options allow, or the value is nested too deeply
 */
export function formatCanonical(value: Value, options: ViewOptions): string {
  return new CanonicalWriter(options).format(value);
}

class CanonicalWriter extends PythonWriter {
  private readonly order = new CanonicalOrder();

  protected override writeDict(dict: Dict): void {
    const entries = this.order.entries(dict);
    this.writeEntries(entries.length, (i) => entries[i] as Entry);
  }

  protected override writeSet(set: ValueSet): void {
    this.writeMembers(set, this.order.members(set));
  }

  protected override keywords(kwargs: Dict): readonly Entry[] {
    return this.order.entries(kwargs);
  }

  /** Never on one line: several differences would become a single long one. */
  protected override formatFlat(_container: Container): undefined {
    return undefined;
  }
}
