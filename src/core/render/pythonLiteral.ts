import { nestedTooDeeply } from '../values/nesting';
import type { PathStep } from '../values/pathStep';
import { InertCall, type Container, type Value } from '../values/value';
import { formatPath } from './path';
import { wholeFlatLiteral } from './flatLiteral';
import type { Known } from '../values/known/recognise';
import { LiteralWriter } from './literalWriter';
import { TextBudget } from '../values/textBudget';
import { textTooLong, VIEW_DEPTH, type ViewOptions } from './view';

/** Containers that fit into a line of this length are written in one line. */
const LINE_LENGTH = 100;

/**
 * Python source that evaluates to the value. An inert object is written as its call. Comments say how a pickle would change its
 * result, and where a cycle leads, which is `...` in the source.
 * @throws LimitError if the text would be longer than the options allow, or the value is nested too deeply
 */
export function formatPython(value: Value, options: ViewOptions): string {
  return new PythonWriter(options).format(value);
}

/** A comment that is written at the end of the current line, after its comma. */
type Note =
  | { readonly kind: 'remark'; readonly text: string }
  | { readonly kind: 'extras'; readonly call: InertCall; readonly steps: readonly PathStep[] };

/** The writer of {@link formatPython}; subclasses lay out values in other ways. */
export class PythonWriter extends LiteralWriter {
  private readonly budget = new TextBudget();
  private lineStart = '\n';
  private notes: Note[] = [];
  private isFlat = false;
  private readonly unit: string;

  private readonly isStored: boolean;
  private readonly isAbridged: boolean;

  constructor({ indent, maxLength, place = [], isStored = false, isAbridged = false }: ViewOptions) {
    super(maxLength, VIEW_DEPTH);
    this.isStored = isStored;
    this.isAbridged = isAbridged;
    this.unit = ' '.repeat(indent);
    this.steps = [...place];
  }

  format(value: Value): string {
    if (this.isStored) this.writeAsStored(value);
    else this.write(value);
    this.writeNotes();
    return this.text;
  }

  protected override append(text: string): void {
    super.append(text);
    if (this.text.length > this.maxLength) throw textTooLong(this.maxLength);
  }

  protected override countVisit(container: Container): void {
    this.budget.count(container);
  }

  protected override writeCycle(container: Container): void {
    super.writeCycle(container);
    const place = formatPath(this.steps.slice(0, this.open.get(container)));
    this.notes.push({ kind: 'remark', text: `the same object as ${place}` });
  }

  protected override isDescribed(known: Known): boolean {
    return this.isAbridged && elementsOf(known) > MAX_ELEMENTS;
  }

  protected override writeTooLong(known: Known): void {
    if (!this.isDescribed(known)) throw textTooLong(this.maxLength);
    super.writeTooLong(known);
  }

  protected override writeTooDeep(): never {
    throw nestedTooDeeply(VIEW_DEPTH);
  }

  protected override addExtras(call: InertCall): void {
    this.notes.push({ kind: 'extras', call, steps: [...this.steps] });
  }

  protected override writeContainer(container: Container): void {
    const flat = this.isFlat ? undefined : this.formatFlat(container);
    if (flat === undefined) {
      super.writeContainer(container);
    } else {
      this.append(flat);
      if (container instanceof InertCall && hasExtras(container)) this.addExtras(container);
    }
  }

  protected override writeParts(
    open: string,
    close: string,
    count: number,
    writePart: (i: number) => void,
    lastComma = false,
  ): void {
    if (this.isFlat || count === 0) {
      super.writeParts(open, close, count, writePart, lastComma);
      return;
    }
    const outer = this.lineStart;
    this.append(open);
    this.lineStart += this.unit;
    for (let i = 0; i < count; i++) {
      this.append(this.lineStart);
      writePart(i);
      this.append(',');
      this.writeNotes();
    }
    this.lineStart = outer;
    this.append(outer + close);
  }

  /** Keys stay in one line whatever their length, because in several lines they would be hard to tell from values. */
  protected override writeKey(key: Value, index: number): void {
    const outer = this.isFlat;
    this.isFlat = true;
    super.writeKey(key, index);
    this.isFlat = outer;
  }

  /** A container in one line; undefined if it does not fit, or the line would not be complete. */
  protected formatFlat(container: Container): string | undefined {
    const call = container instanceof InertCall && hasExtras(container);
    const plain = call
      ? new InertCall(container.callable, container.args, container.kwargs, container.isNew)
      : container;
    // Without its state, a call could be recognized as another value.
    return wholeFlatLiteral(plain, LINE_LENGTH - this.lineStart.length, { isStored: call });
  }

  private writeNotes(): void {
    const notes = this.notes;
    if (notes.length === 0) return;
    this.notes = [];
    const remarks = notes.flatMap((note) => (note.kind === 'remark' ? [note.text] : []));
    if (remarks.length > 0) this.append(`  # ${remarks.join('; ')}`);
    for (const note of notes) if (note.kind === 'extras') this.writeExtras(note.call, note.steps);
  }

  private writeExtras(call: InertCall, steps: readonly PathStep[]): void {
    const outer = { lineStart: this.lineStart, steps: this.steps };
    this.lineStart += '# ';
    this.steps = [...steps];
    this.open.set(call, steps.length);
    const { state, appended, entries } = call;
    if (state !== undefined)
      this.writeExtra('state', () => this.writeStep({ kind: 'part', name: 'state' }, state));
    for (const later of call.laterStates)
      this.writeExtra('state', () => this.writeStep({ kind: 'part', name: 'state' }, later));
    if (appended.length > 0) this.writeExtra('appended', () => this.writeContainer(appended));
    if (entries.length > 0) {
      this.writeExtra('entries', () =>
        this.writeEntries(entries.length, (i) => entries[i] as [Value, Value]),
      );
    }
    this.open.delete(call);
    Object.assign(this, outer);
  }

  private writeExtra(label: string, write: () => void): void {
    this.append(`${this.lineStart}${label}: `);
    write();
    this.writeNotes();
  }
}

/** Elements up to which numpy prints an array completely. */
const MAX_ELEMENTS = 1_000;

function elementsOf({ array, table }: Known): number {
  if (array !== undefined) return array.shape.reduce((product, size) => product * size, 1);
  const cells = table?.();
  return cells === undefined ? 0 : cells.rowCount * cells.columns.length;
}

function hasExtras({ state, appended, entries }: InertCall): boolean {
  return state !== undefined || appended.length > 0 || entries.length > 0;
}
