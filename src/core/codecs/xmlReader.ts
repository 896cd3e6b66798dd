import { SaxesParser } from 'saxes';
import { DecodeError } from '../errors';
import { nestedTooDeeply } from '../nesting';
import { UnhashableError, type Value } from '../value';
import { interpretElement } from './xmlAttributes';
import { Misfit, type Attribute, type Builder } from './xmlBuilders';

/**
 * Reads XML, of the dialect that `xmlDialect.ts` describes or foreign.
 * @throws DecodeError with line and column, for what is not well-formed, has a DOCTYPE, or contradicts its own types; LimitError
 */
export function parseXml(text: string, nestingDepth: number): Value {
  return new XmlReader(nestingDepth).read(text);
}

class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  /** Elements that have begun and not ended. */
  private readonly open: Builder[] = [];
  /** Of the element that is beginning. */
  private attributes: Attribute[] = [];
  private readonly ids = new Map<string, Value>();
  private root: Value = null;

  constructor(private readonly nestingDepth: number) {
    const addText = (text: string): void => this.open.at(-1)?.addText(text);
    this.parser.on('attribute', (attribute) => this.attributes.push(attribute));
    this.parser.on('opentag', ({ name }) => this.begin(name));
    this.parser.on('text', addText);
    this.parser.on('cdata', addText);
    this.parser.on('closetag', () => this.end());
    this.parser.on('doctype', () => {
      throw this.fail('it has a DOCTYPE, which is not read; send it without');
    });
    this.parser.on('error', ({ message }) => {
      throw this.fail(message.replace(/\.$/, ''));
    });
  }

  read(text: string): Value {
    try {
      this.parser.write(text).close();
    } catch (error) {
      const contradicts = error instanceof Misfit || error instanceof UnhashableError;
      throw contradicts ? this.fail(error.message) : error;
    }
    return this.root;
  }

  private begin(name: string): void {
    // A value without parts takes an element of its own, so that there is one level more than of containers.
    if (this.open.length > this.nestingDepth) throw nestedTooDeeply(this.nestingDepth);
    this.open.at(-1)?.expectChild(name);
    const builder = interpretElement(name, this.attributes, this.open.length === 0, this.ids);
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
    if (parent === undefined) this.root = value;
    else parent.addChild(builder.key, value);
  }

  private fail(reason: string): DecodeError {
    const { line, columnIndex, position } = this.parser;
    return new DecodeError(
      'XML',
      `${reason}, in line ${line}, column ${Math.max(1, columnIndex)}`,
      Math.max(0, position - 1),
    );
  }
}
