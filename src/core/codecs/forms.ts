import { formatCanonical } from '../render/canonicalLiteral';
import { formatPython } from '../render/pythonLiteral';
import { expandedSize } from '../render/expansion';
import { textTooLong, VIEW_DEPTH, type ViewOptions } from '../render/view';
import { nestedTooDeeply } from '../values/nesting';
import type { Value } from '../values/value';
import { codecs, isTextFormat, TEXT_FORMATS, type Format, type TextFormat } from './codecs';
import { say, type Words } from '../text';

/** A form in which a value is written out for a person; `canonical` is a Python literal that equal values have in common. */
export type TextForm = TextFormat | 'python' | 'canonical';

export interface WrittenForm {
  readonly label: Words;
  /** Of files, without the dot. */
  readonly extension: string;
  /** @throws EncodeError where the form cannot hold the value, LimitError */
  write(value: Value, options: Omit<ViewOptions, 'indent'>): string;
}

/** The forms, those that are formats first. */
export const textForms: Readonly<Record<TextForm, WrittenForm>> = {
  ...(Object.fromEntries(TEXT_FORMATS.map((format) => [format, formOf(format)])) as Record<
    TextFormat,
    WrittenForm
  >),
  python: {
    label: say`Python literal`,
    extension: 'py',
    write: bounded((value, options) => formatPython(value, { ...options, indent: 4 })),
  },
  canonical: {
    label: say`Python literal, sorted`,
    extension: 'py',
    write: bounded((value, options) => formatCanonical(value, { ...options, indent: 4 })),
  },
};

export const TEXT_FORMS = Object.keys(textForms) as readonly TextForm[];

/** The form in which a dictionary is shown: its own, where that is text. */
export function shownForm(format: Format): TextForm {
  return isTextFormat(format) ? format : 'python';
}

type Write = WrittenForm['write'];

/** Refuses what could only be written in far too long a text, before any of it is, and what is nested too deeply for the stack. */
function bounded(write: Write, expands = true): Write {
  return (value, options) => {
    if (expands && expandedSize(value) > options.maxLength) throw textTooLong(options.maxLength);
    try {
      return write(value, options);
    } catch (error) {
      if (error instanceof RangeError && error.message.includes('call stack'))
        throw nestedTooDeeply(VIEW_DEPTH);
      throw error;
    }
  };
}

function formOf(format: TextFormat): WrittenForm {
  const codec = codecs[format];
  return {
    label: codec.title,
    extension: codec.extensions[0],
    // XML says by reference what is shared.
    write: bounded(
      (value, options) => codec.format(value, { ...options, indent: codec.indent }),
      format !== 'xml',
    ),
  };
}
