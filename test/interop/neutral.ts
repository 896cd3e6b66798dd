import type { InertCall } from '../../src/core/values/value';
import {
  allBytes,
  ByteArray,
  Dict,
  InertName,
  InertReference,
  isBytes,
  Tuple,
  ValueSet,
  type Value,
} from '../../src/core/values/value';

type Json = null | boolean | number | string | Json[];

/** The neutral description of a value, exactly as test/interop/python/neutral.py gives it; the format is written there. */
export function describeValue(value: Value): string {
  return text(new Describer().describe(value));
}

/** JSON in ASCII, as Python writes it. */
function text(description: Json): string {
  return JSON.stringify(description).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

class Describer {
  private readonly ids = new Map<Value, number>();

  describe(value: Value): Json {
    switch (typeof value) {
      case 'boolean':
        return value;
      case 'bigint':
        return ['int', value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`];
      case 'number':
        return ['float', Number.isNaN(value) ? 'nan' : float64(value)];
      case 'string':
        return ['str', value];
      default:
        return value === null ? null : this.describeObject(value);
    }
  }

  private describeObject(value: Exclude<Value, null | boolean | bigint | number | string>): Json {
    if (isBytes(value)) return ['bytes', Buffer.from(allBytes(value)).toString('hex')];
    if (value instanceof InertName) return ['name', value.qualifiedName];
    if (value instanceof InertReference) return [value.kind, Number(value.id)];
    if (value instanceof Tuple && value.items.length === 0) return ['tuple'];
    const known = this.ids.get(value);
    if (known !== undefined) return ['ref', known];
    const id = this.ids.size;
    this.ids.set(value, id);
    if (Array.isArray(value)) return ['list', id, this.all(value)];
    if (value instanceof Tuple) return ['tuple', id, this.all(value.items)];
    if (value instanceof Dict) return ['dict', id, this.entries([...value])];
    if (value instanceof ValueSet)
      return [value.frozen ? 'frozenset' : 'set', id, this.members(value.members)];
    if (value instanceof ByteArray) return ['bytearray', id, Buffer.from(value.bytes).toString('hex')];
    return ['call', id, ...this.callParts(value)];
  }

  private all(values: readonly Value[]): Json[] {
    return values.map((value) => this.describe(value));
  }

  private entries(entries: readonly (readonly [Value, Value])[]): Json[] {
    return entries.map(([key, value]) => [this.describe(key), this.describe(value)]);
  }

  private members(members: readonly Value[]): Json[] {
    if (members.length < 2) return this.all(members);
    const keyed = members.map((member): [string, Value] => [describeValue(member), member]);
    return this.all(keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member));
  }

  private callParts({ callable, args, kwargs, state, appended, entries }: InertCall): Json[] {
    return [
      this.describe(callable),
      args instanceof Tuple ? this.all(args.items) : this.describe(args),
      this.describe(kwargs ?? null),
      this.describe(state ?? null),
      this.all(appended),
      this.entries(entries),
    ];
  }
}

function float64(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}
