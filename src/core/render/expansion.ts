import { childAt, childCount, isContainer } from '../values/children';
import type { Container, Value } from '../values/value';

/** The largest number of containers that are visited. */
const MAX_CONTAINERS = 200_000;

/**
 * The least number of values in a text that writes each shared container in all of its places. With a few bytes of a pickle, this
 * can be more than fits into any text, which is known here without writing it.
 */
export function expandedSize(root: Value): number {
  if (!isContainer(root)) return 1;
  const sizes = new Map<Container, number>();
  const open: Visit[] = [visit(root)];
  // A reference back to a parent is written as an ellipsis.
  sizes.set(root, 1);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    if (sizes.size > MAX_CONTAINERS) return 1;
    const child = childAt(top.container, top.next++)?.value;
    if (child === undefined) {
      sizes.set(top.container, top.size);
      open.pop();
      const parent = open.at(-1);
      if (parent !== undefined) parent.size += top.size;
    } else if (!isContainer(child)) top.size++;
    else {
      const known = sizes.get(child);
      if (known !== undefined) top.size += known;
      else {
        sizes.set(child, 1);
        open.push(visit(child));
      }
    }
  }
  return sizes.get(root) as number;
}

interface Visit {
  readonly container: Container;
  next: number;
  size: number;
}

function visit(container: Container): Visit {
  return { container, next: 0, size: childCount(container) === 0 ? 2 : 1 };
}
