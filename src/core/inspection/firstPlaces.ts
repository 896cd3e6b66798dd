import { ByteArray, Tuple, type Value } from '../values/value';
import { isContainer } from '../values/children';
import { isMade, recognise } from '../values/known/recognise';
import { shownAt } from '../values/known/shown';
import { formatPath, type PathStep } from '../render/path';

/** Children that are looked at; it bounds the time to some milliseconds, and what lies behind is not known to be shared. */
const BUDGET = 100_000;

interface Place {
  readonly parent?: Place;
  readonly value: Value;
  /** Position among the children of the parent. */
  readonly ordinal: number;
}

/** Where each container and byte array stands first, in the order in which a tree shows them. */
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

  /** The expression of the first place of a value that stands at `path` too; undefined where that is the first, or not known. */
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

/** Whether its elements are made of bytes, which may lie in a file: none of them is anything that could stand elsewhere too. */
function isArrayOfBytes(value: Value): boolean {
  const array = recognise(value)?.array;
  return array !== undefined && array.objects === undefined;
}

/** What is empty and cannot change is one object in Python wherever it stands, which says nothing. */
function hasIdentity(value: Value): boolean {
  if (value instanceof Tuple) return value.items.length > 0;
  return (isContainer(value) && !isMade(value)) || value instanceof ByteArray;
}
