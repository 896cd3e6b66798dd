import type { Value } from '../../value';
import type { Known } from '../known';
import { bytesOf, expression, isBare, nameOf, numberOf, textOf } from '../matching';
import { contiguous } from '../numpy/arrays';
import { simpleType } from '../numpy/dtype';
import { elementsOf } from '../numpy/elements';
import { knownArray } from '../numpy/knownArray';
import type { Form, Forms } from '../registry';
import { sequence } from './collections';

/** The element types of machine format codes, by their number (CPython `Modules/arraymodule.c`). */
const MACHINE_CODES: Readonly<Record<number, readonly ['int' | 'uint' | 'float', number] | undefined>> = {
  0: ['uint', 1],
  1: ['int', 1],
  2: ['uint', 2],
  4: ['int', 2],
  6: ['uint', 4],
  8: ['int', 4],
  10: ['uint', 8],
  12: ['int', 8],
  14: ['float', 4],
  16: ['float', 8],
};

const arrayForm: Form = (call, [type, code, machine, data]) => {
  const number = numberOf(machine);
  const bytes = bytesOf(data);
  const letter = textOf(code);
  if (
    !isBare(call) ||
    nameOf(type) !== 'array.array' ||
    number === undefined ||
    bytes === undefined ||
    letter?.length !== 1
  )
    return undefined;
  if (number >= UTF16) return textArray(bytes, number, letter);
  const isBig = number > 1 && number % 2 === 1;
  const format = MACHINE_CODES[isBig ? number - 1 : number];
  if (format === undefined || bytes.length % format[1] !== 0) return undefined;
  const array = contiguous(bytes, simpleType(format[0], format[1], !isBig), [bytes.length / format[1]]);
  if (array === undefined) return undefined;
  const known = knownArray(array, {
    library: 'Python',
    type: 'array',
    python: (elements) => expression('array.array', [letter, elements]),
  });
  return { ...known, called: (limit) => known.python(limit) };
};

const listArrayForm: Form = (call, [code, items]) => {
  const letter = textOf(code);
  if (!isBare(call) || letter?.length !== 1 || !Array.isArray(items)) return undefined;
  return sequence('array', items, () => expression('array.array', [letter, items]));
};

/** The first code of text: 18 and 19 are UTF-16, 20 and 21 UTF-32, little-endian before big-endian. */
const UTF16 = 18;

function textArray(bytes: Uint8Array, code: number, letter: string): Known | undefined {
  const size = code < 20 ? 2 : 4;
  if (code > 21 || bytes.length % size !== 0) return undefined;
  const units = contiguous(bytes, simpleType('uint', size, code % 2 === 0), [bytes.length / size]);
  if (units === undefined) return undefined;
  const text = (): string => {
    const { number } = elementsOf(units);
    let characters = '';
    for (let at = 0; at < bytes.length; at += size) characters += characterOf(number(at), size);
    return characters;
  };
  const source = (limit: number): Value | undefined =>
    bytes.length / size > limit ? undefined : expression('array.array', [letter, text()]);
  return {
    library: 'Python',
    type: 'array',
    children: { count: 1, at: () => ({ step: { kind: 'part', name: 'tounicode()' }, value: text() }) },
    python: source,
    plain: text,
  };
}

function characterOf(code: number, size: number): string {
  if (size === 2) return String.fromCharCode(code);
  return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}

export const machineArrayForms: Forms = {
  'array._array_reconstructor': arrayForm,
  'array.array': listArrayForm,
};
