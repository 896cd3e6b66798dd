import { nestedTooDeeply } from '../../values/nesting';
import { Dict, isBytes, Tuple, ValueSet, type Value } from '../../values/value';

/**
 * The lists, tuples, sets, dictionaries and byte arrays that occur in more than one place, or within themselves. Empty tuples
 * are left out, because Python has only one of them.
 * @throws LimitError
 */
export function findShared(root: Value, nestingDepth: number): ReadonlySet<Value> {
  const finder = new SharedFinder(nestingDepth);
  finder.visit(root);
  return finder.shared;
}

class SharedFinder {
  readonly shared = new Set<Value>();
  private readonly seen = new Set<Value>();
  private depth = 0;

  constructor(private readonly nestingDepth: number) {}

  visit(value: Value): void {
    if (!hasIdentity(value)) return;
    if (this.seen.has(value)) {
      this.shared.add(value);
      return;
    }
    this.seen.add(value);
    if (this.depth > this.nestingDepth) throw nestedTooDeeply(this.nestingDepth);
    this.depth++;
    this.visitParts(value);
    this.depth--;
  }

  private visitParts(value: Value): void {
    if (Array.isArray(value)) this.visitAll(value);
    else if (value instanceof Tuple) this.visitAll(value.items);
    else if (value instanceof ValueSet) this.visitAll(value.members);
    else if (value instanceof Dict) {
      for (let i = 0; i < value.size; i++) {
        this.visit(value.keys[i] as Value);
        this.visit(value.values[i] as Value);
      }
    }
  }

  private visitAll(parts: readonly Value[]): void {
    for (const part of parts) this.visit(part);
  }
}

function hasIdentity(value: Value): boolean {
  if (typeof value !== 'object' || value === null || isBytes(value)) return false;
  return !(value instanceof Tuple && value.items.length === 0);
}
