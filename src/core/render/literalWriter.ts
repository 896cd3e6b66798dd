import type { StoredBytes } from '../values/byteSource';
import type { PathStep } from '../values/pathStep';
import {
  ByteArray,
  Dict,
  firstBytes,
  InertCall,
  InertName,
  Tuple,
  ValueSet,
  type Container,
  type InertReference,
  type Value,
} from '../values/value';
import { isContainer } from '../values/children';
import { recognise, type Known } from '../values/known/recognise';
import { inEnglish } from '../text';
import { floatLiteral, integerLiteral, isIdentifier, quoteBytes, quoteString } from './pythonAtoms';

/** Containers that are nested deeper are not shown in one line. */
const MAX_DEPTH = 50;

/**
 * Writes a value as Python source in one line, until that has its largest length. The writer of `formatPython`, which lays out
 * several lines, is a subclass.
 */
export class LiteralWriter {
  text = '';
  /** Whether something was left out: a cycle, a container that is nested too deeply, or changes to the result of a call. */
  private isPartial = false;
  /** The containers that are being written, and how many steps lead to each. */
  protected readonly open = new Map<Container, number>();
  /** The path of the value that is being written. */
  protected steps: PathStep[] = [];

  constructor(
    protected readonly maxLength: number,
    private readonly maxDepth = MAX_DEPTH,
  ) {}

  /** Whether the text is complete. */
  get isWhole(): boolean {
    return !this.isPartial && !this.isFull;
  }

  write(value: Value): void {
    if (this.isFull) return;
    if (isContainer(value)) this.enter(value);
    else this.append(this.formatAtom(value));
  }

  /** Writes a value by its stored call, even if it is recognized. */
  writeAsStored(value: Value): void {
    if (isContainer(value)) this.enter(value, (container) => this.writeContainer(container));
    else this.write(value);
  }

  protected append(text: string): void {
    this.text += text;
  }

  /** Called each time a container is written. */
  protected countVisit(_container: Container): void {
    // The length of one line is limit enough.
  }

  /** Writes a container inside of itself as an ellipsis, which is a valid expression. */
  protected writeCycle(_container: Container): void {
    this.isPartial = true;
    this.append('...');
  }

  /** Describes a value that has more parts than there is room for. */
  protected writeTooLong({ line, type }: Known): void {
    this.isPartial = true;
    this.append(`<${inEnglish(line ?? type)}>`);
  }

  /** Whether a value is always described. */
  protected isDescribed(_known: Known): boolean {
    return false;
  }

  protected writeTooDeep(): void {
    this.isPartial = true;
    this.append('…');
  }

  /** Called if a call has a state or items, which an expression cannot contain. */
  protected addExtras(_call: InertCall): void {
    this.isPartial = true;
  }

  /** Writes `count` parts between brackets. @param lastComma whether to write a comma after the last part, as in a tuple of one */
  protected writeParts(
    open: string,
    close: string,
    count: number,
    writePart: (i: number) => void,
    lastComma = false,
  ): void {
    this.append(open);
    for (let i = 0; i < count && !this.isFull; i++) {
      if (i > 0) this.append(', ');
      writePart(i);
    }
    this.append(lastComma ? `,${close}` : close);
  }

  protected writeItems(
    items: readonly Value[],
    open = '[',
    close = ']',
    kind: 'index' | 'member' = 'index',
  ): void {
    const writeItem = (index: number): void => this.writeStep({ kind, index }, items[index] as Value);
    this.writeParts(open, close, items.length, writeItem, open === '(' && items.length === 1);
  }

  protected writeEntries(count: number, entry: (i: number) => readonly [Value, Value]): void {
    this.writeParts('{', '}', count, (index) => {
      const [key, value] = entry(index);
      this.writeKey(key, index);
      this.append(': ');
      this.writeStep({ kind: 'key', key }, value);
    });
  }

  protected writeKey(key: Value, index: number): void {
    this.writeStep({ kind: 'member', index }, key);
  }

  protected writeStep(step: PathStep, value: Value): void {
    this.steps.push(step);
    this.write(value);
    this.steps.pop();
  }

  private get isFull(): boolean {
    return this.text.length > this.maxLength;
  }

  /** Characters or bytes of an atom that are enough to fill the line. */
  private get room(): number {
    return this.maxLength - this.text.length + 1;
  }

  private formatAtom(value: Exclude<Value, Container>): string {
    switch (typeof value) {
      case 'string':
        return quoteString(value.slice(0, this.room));
      case 'bigint':
        return integerLiteral(value);
      case 'number':
        return floatLiteral(value);
      case 'boolean':
        return value ? 'True' : 'False';
      default:
        return value === null ? 'None' : this.formatObject(value);
    }
  }

  private formatObject(value: Uint8Array | StoredBytes | ByteArray | InertName): string {
    if (value instanceof InertName) {
      const typed = recognise(value)?.python(0);
      const name = typed instanceof InertName ? typed : value;
      return nameLiteral(name.qualifiedName.slice(0, this.room));
    }
    if (value instanceof ByteArray) return `bytearray(${quoteBytes(firstBytes(value.content, this.room))})`;
    return quoteBytes(firstBytes(value, this.room));
  }

  private enter(container: Container, write = (value: Container): void => this.writeShown(value)): void {
    if (this.open.has(container)) this.writeCycle(container);
    else if (this.open.size >= this.maxDepth) this.writeTooDeep();
    else {
      this.countVisit(container);
      this.open.set(container, this.steps.length);
      write(container);
      this.open.delete(container);
    }
  }

  /** Writes a recognized value as its Python expression, and any other by its structure. */
  private writeShown(container: Container): void {
    const known = recognise(container);
    if (known === undefined) {
      this.writeContainer(container);
      return;
    }
    // Each part takes at least a character and a comma.
    const source = this.isDescribed(known) ? undefined : known.python(this.room / 2);
    if (source === undefined) this.writeTooLong(known);
    else if (isContainer(source)) this.writeContainer(source);
    else this.append(this.formatAtom(source));
  }

  protected writeContainer(value: Container): void {
    if (Array.isArray(value)) this.writeItems(value);
    else if (value instanceof Tuple) this.writeItems(value.items, '(', ')');
    else if (value instanceof Dict) this.writeDict(value);
    else if (value instanceof ValueSet) this.writeSet(value);
    else if (value instanceof InertCall) this.writeCall(value);
    else this.writeReference(value);
  }

  protected writeDict({ keys, values }: Dict): void {
    this.writeEntries(keys.length, (i) => [keys[i] as Value, values[i] as Value]);
  }

  protected writeSet(set: ValueSet): void {
    this.writeMembers(set, set.members);
  }

  protected writeMembers({ frozen }: ValueSet, members: readonly Value[]): void {
    if (members.length === 0) this.append(frozen ? 'frozenset()' : 'set()');
    else this.writeItems(members, frozen ? 'frozenset({' : '{', frozen ? '})' : '}', 'member');
  }

  private writeReference({ kind, id }: InertReference): void {
    this.append(kind === 'persistent' ? 'persistent_id(' : `${kind}(`);
    this.writeStep({ kind: 'part', name: 'id' }, id);
    this.append(')');
  }

  /** The keyword arguments in the order in which they are written. */
  protected keywords(kwargs: Dict): Iterable<readonly [Value, Value]> {
    return kwargs;
  }

  private writeCall(call: InertCall): void {
    this.writeStep({ kind: 'part', name: 'callable' }, call.callable);
    const { count, argument } = argumentsOf(call, (kwargs) => this.keywords(kwargs));
    this.writeParts('(', ')', count, (i) => {
      const { prefix, steps, value } = argument(i);
      this.append(prefix);
      this.steps.push(...steps);
      this.write(value);
      this.steps.length -= steps.length;
    });
    if (call.state !== undefined || call.appended.length > 0 || call.entries.length > 0) this.addExtras(call);
  }
}

/** A name. If Python could not read it as a name, it is quoted, so that the source stays valid and a hostile name stays text. */
function nameLiteral(name: string): string {
  return name.split('.').every((part) => isIdentifier(part)) ? name : quoteString(name);
}

interface Argument {
  readonly prefix: string;
  readonly steps: readonly PathStep[];
  readonly value: Value;
}

/** If there are more keyword arguments, they are written as a dictionary. */
const MAX_KEYWORDS = 255;

type Keywords = (kwargs: Dict) => Iterable<readonly [Value, Value]>;

function argumentsOf(
  { args, kwargs }: InertCall,
  order: Keywords,
): { count: number; argument: (i: number) => Argument } {
  const positional = args instanceof Tuple ? args.items.length : 1;
  const keywords = keywordArguments(kwargs, order);
  return {
    count: positional + keywords.length,
    argument: (i) => (i < positional ? positionalArgument(args, i) : (keywords[i - positional] as Argument)),
  };
}

function positionalArgument(args: Value, index: number): Argument {
  const part: PathStep = { kind: 'part', name: 'args' };
  if (!(args instanceof Tuple)) return { prefix: '*', steps: [part], value: args };
  return { prefix: '', steps: [part, { kind: 'index', index }], value: args.items[index] as Value };
}

function keywordArguments(kwargs: Value | undefined, order: Keywords): Argument[] {
  const part: PathStep = { kind: 'part', name: 'kwargs' };
  if (kwargs === undefined) return [];
  if (!isKeywords(kwargs)) return [{ prefix: '**', steps: [part], value: kwargs }];
  return [...order(kwargs)].map(([key, value]) => ({
    prefix: `${key as string}=`,
    steps: [part, { kind: 'key', key }],
    value,
  }));
}

function isKeywords(kwargs: Value): kwargs is Dict {
  if (!(kwargs instanceof Dict) || kwargs.size > MAX_KEYWORDS) return false;
  return kwargs.keys.every((key) => typeof key === 'string' && isIdentifier(key));
}
