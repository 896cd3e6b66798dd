import { ByteArray, Tuple, type Value } from '../values/value';
import { isContainer } from '../values/children';
import { isMade, recognise } from '../values/known/recognise';
import { shownAt } from '../values/known/shown';
import { formatPath, type PathStep } from '../render/path';

/**
 * Most children that are visited, which limits the time to some milliseconds; values behind them are not known to be shared.
 */
const BUDGET = 100_000;

interface Place {
  readonly parent?: Place;
  readonly value: Value;
  /** Position among the children of the parent. */
  readonly ordinal: number;
}

/** The first place of each container and byte array, in the order in which a tree shows them. */
export class FirstPlaces {
  private readonly places = new Map<Value, Place>();

  constructor(root: Value) {
    const pending: { place: Place; next: number }[] = [];
    const visit = (place: Place): void => {
      if (!hasIdentity(place.value) || this.places.has(place.value)) return;
      this.places.set(place.value, place);
      if (isArrayOfBytes(place.value)) return;
      pending.push({ place, next: 0 });
    };
    visit({ value: root, ordinal: 0 });
    for (let budget = BUDGET; budget > 0; budget--) {
      const top = pending.at(-1);
      if (top === undefined) return;
      const ordinal = top.next++;
      const child = shownAt(top.place.value, ordinal);
      if (child === undefined) pending.pop();
      else visit({ parent: top.place, value: child.value, ordinal });
    }
  }

  /**
   * The expression of the first place of a value that is also at `path`; undefined if that is the first, or is not known.
   */
  otherThan(path: readonly number[], value: Value): string | undefined {
    const first = this.places.get(value);
    if (first === undefined) return undefined;
    const steps: PathStep[] = [];
    const ordinals: number[] = [];
    for (let place = first; place.parent !== undefined; place = place.parent) {
      steps.push((shownAt(place.parent.value, place.ordinal) as { step: PathStep }).step);
      ordinals.push(place.ordinal);
    }
    steps.reverse();
    ordinals.reverse();
    return ordinals.join() === path.join() ? undefined : formatPath(steps);
  }
}

/** Whether its elements are made from bytes, which may lie in a file: none of them can be shared. */
function isArrayOfBytes(value: Value): boolean {
  const array = recognise(value)?.array;
  return array !== undefined && array.objects === undefined;
}

/** An empty immutable value is one object in Python wherever it occurs, so sharing it means nothing. */
function hasIdentity(value: Value): boolean {
  if (value instanceof Tuple) return value.items.length > 0;
  return (isContainer(value) && !isMade(value)) || value instanceof ByteArray;
}
