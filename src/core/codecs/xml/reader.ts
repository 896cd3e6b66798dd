import { SaxesParser } from 'saxes';
import { DecodeError } from '../../errors';
import { nestedTooDeeply } from '../../values/nesting';
import { Dict, UnhashableError, type Value } from '../../values/value';
import { interpretElement } from './attributes';
import { TypeMismatchError, UntypedBuilder, type Attribute, type Builder } from './builders';
import { ROOT_KEY, ROOT_NAME, TEXT_KEY } from './vocabulary';
import { say, type Words } from '../../text';
import { TextMap } from '../../values/textMap';

/**
 * Reads XML, either in the dialect that `vocabulary.ts` describes or foreign. A document with types that contradict its content
 * is read as foreign XML, without types. But if its root has the name that this program writes, it counts as damaged.
 * @returns the value, and sentences that say what was ignored
 * @throws DecodeError with line and column, if it is not well-formed, has declarations in a DOCTYPE, or is damaged;
 * LimitError
 */
export function parseXml(text: string, nestingDepth: number): { value: Value; notices: Words[] } {
  const reader = new XmlReader(nestingDepth, interpretElement);
  try {
    return { value: reader.read(text), notices: reader.notices };
  } catch (error) {
    if (!(error instanceof TypeMismatchError || error instanceof UnhashableError)) throw error;
    if (reader.rootName === ROOT_NAME) throw reader.fail(error.message);
    const foreign = new XmlReader(nestingDepth, interpretForeign);
    return { value: foreign.read(text), notices: foreign.notices };
  }
}

const interpretForeign: typeof interpretElement = (name, attributes, isRoot) => {
  const builder = new UntypedBuilder(isRoot, attributes);
  builder.key = name;
  return builder;
};

class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  /** Elements that have begun and not ended. */
  private readonly open: Builder[] = [];
  /** Attributes of the element that is beginning. */
  private attributes: Attribute[] = [];
  private readonly ids = new TextMap<Value>();
  private root: Value = null;
  rootName: string | undefined;
  /** Sentences that say what was ignored. */
  readonly notices: Words[] = [];

  constructor(
    private readonly nestingDepth: number,
    private readonly interpret: typeof interpretElement,
  ) {
    const addText = (text: string): void => this.open.at(-1)?.addText(text);
    this.parser.on('attribute', (attribute) => this.attributes.push(attribute));
    this.parser.on('opentag', ({ name }) => this.begin(name));
    this.parser.on('text', addText);
    this.parser.on('cdata', addText);
    this.parser.on('closetag', () => this.end());
    this.parser.on('doctype', (doctype) => {
      // Declarations could change the text of the document, or make it extremely long.
      if (doctype.includes('['))
        throw this.fail(say`it has a DOCTYPE with declarations, which are not read; send it without`);
      this.notices.push(say`Its DOCTYPE is left out.`);
    });
    this.parser.on('error', ({ message }) => {
      throw this.fail(message.replace(/\.$/, ''));
    });
  }

  /** @throws TypeMismatchError, UnhashableError for a document that contradicts its own types; DecodeError, LimitError */
  read(text: string): Value {
    this.parser.write(text).close();
    return this.root;
  }

  /** An error at the current position. */
  fail(reason: Words): DecodeError {
    const { line, columnIndex, position } = this.parser;
    return new DecodeError(
      'XML',
      say`${reason}, in line ${line}, column ${Math.max(1, columnIndex)}`,
      Math.max(0, position - 1),
    );
  }

  /** Adds the name of the root to the value, unless it is that of the dialect. */
  private withRootName(value: Value): Value {
    const name = this.rootName ?? ROOT_NAME;
    if (name === ROOT_NAME || !(value instanceof Dict || typeof value === 'string')) return value;
    const content =
      value instanceof Dict
        ? value.keys.map((key, i): [Value, Value] => [key, value.values[i] as Value])
        : [[TEXT_KEY, value] as [Value, Value]];
    return Dict.from([[ROOT_KEY, name], ...content]);
  }

  private begin(name: string): void {
    // A value without parts is an element too, so elements have one level more than containers.
    if (this.open.length > this.nestingDepth) throw nestedTooDeeply(this.nestingDepth);
    this.rootName ??= name;
    this.open.at(-1)?.expectChild(name);
    const builder = this.interpret(name, this.attributes, this.open.length === 0, this.ids);
    if (this.attributes.length > 0) this.attributes = [];
    const { id, container } = builder;
    if (id !== undefined && container !== undefined) this.ids.set(id, container);
    this.open.push(builder);
  }

  private end(): void {
    const builder = this.open.pop() as Builder;
    const value = builder.finish();
    if (builder.id !== undefined) this.ids.set(builder.id, value);
    const parent = this.open.at(-1);
    if (parent === undefined)
      this.root = builder instanceof UntypedBuilder ? this.withRootName(value) : value;
    else parent.addChild(builder.key, value);
  }
}
