import { formatCanonical } from '../render/canonicalLiteral';
import { formatPython } from '../render/pythonLiteral';
import { expandedSize } from '../render/expansion';
import { textTooLong, VIEW_DEPTH, type ViewOptions } from '../render/view';
import { nestedTooDeeply } from '../values/nesting';
import type { Value } from '../values/value';
import { codecs } from './codecs';
import type { TextForm } from './forms';

/** Spaces for each level of a Python literal. */
const PYTHON_INDENT = 4;

/**
 * Writes a value in a form. It refuses a value whose text would be far too long before it writes anything, and one that is nested
 * too deeply for the call stack.
 * @throws EncodeError if the form cannot hold the value, LimitError
 */
export function writeForm(form: TextForm, value: Value, options: Omit<ViewOptions, 'indent'>): string {
  // XML writes shared values as references.
  if (form !== 'xml' && expandedSize(value) > options.maxLength) throw textTooLong(options.maxLength);
  try {
    return write(form, value, options);
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack'))
      throw nestedTooDeeply(VIEW_DEPTH);
    throw error;
  }
}

function write(form: TextForm, value: Value, options: Omit<ViewOptions, 'indent'>): string {
  if (form === 'python') return formatPython(value, { ...options, indent: PYTHON_INDENT });
  if (form === 'canonical') return formatCanonical(value, { ...options, indent: PYTHON_INDENT });
  const codec = codecs[form];
  return codec.format(value, { ...options, indent: codec.indent });
}
