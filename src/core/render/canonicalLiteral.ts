import { CanonicalOrder, type Entry } from '../values/order';
import type { Container, Dict, Value, ValueSet } from '../values/value';
import { PythonWriter } from './pythonLiteral';
import type { ViewOptions } from './view';

/**
 * A Python literal for comparing: one entry in each line, dictionaries by their keys and sets by their members in the order of
 * {@link CanonicalOrder}. Values that are equal give the same text, whichever format they came in and however they were filled.
 * @throws LimitError where the text would be longer than the options allow, or the value is nested too deeply
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

  /** A container on one line would turn several differences into one long one. */
  protected override formatFlat(_container: Container): undefined {
    return undefined;
  }
}
