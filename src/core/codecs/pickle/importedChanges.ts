import { Dict, InertName, Tuple, type Value } from '../../values/value';

/**
 * Tracks the changes of a pickle to modules and classes, so that a name which it imports later has its new value.
 */
export class ImportedChanges {
  /** Changed attributes by qualified name. */
  private readonly attributes = new Map<string, Value>();
  /** The values of names at the time of their import. */
  private readonly taken = new WeakMap<InertName, Value>();

  /** Records a state: attributes, or a pair of attributes and slots. */
  setState(target: Value, state: Value): void {
    if (!(target instanceof InertName)) return;
    for (const part of state instanceof Tuple ? state.items : [state])
      if (part instanceof Dict) for (const [key, value] of part) this.set(target.qualifiedName, key, value);
  }

  /** Records alternating keys and values that are set in the dictionary of a module. */
  setEntries(target: Value, flat: readonly Value[]): void {
    if (!(target instanceof InertName)) return;
    const owner = target.qualifiedName.replace(/\.__dict__$/, '');
    for (let i = 0; i + 1 < flat.length; i += 2) this.set(owner, flat[i] as Value, flat[i + 1] as Value);
  }

  /** Records the current value of a name. To be called when it is imported. */
  take(name: InertName): void {
    if (this.attributes.size === 0) return;
    const value = this.attributes.get(name.qualifiedName);
    if (value !== undefined) this.taken.set(name, value);
  }

  /** The value of a name; the name itself if it is not known. */
  resolve(value: Value): Value {
    return value instanceof InertName ? (this.taken.get(value) ?? value) : value;
  }

  private set(owner: string, key: Value, value: Value): void {
    if (typeof key === 'string') this.attributes.set(`${owner}.${key}`, value);
  }
}
