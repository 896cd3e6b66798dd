import type { ElementType, NdArray } from '../../../arrays/ndArray';
import type { Value } from '../../value';
import { argumentsOf, bytesOf, expression, isBare } from '../matching';
import { type Form, recognise } from '../registry';
import { contiguous, SCALAR } from './arrays';
import { elementTypeOf } from './dtype';
import { dtypeArgument, exactly } from './expressions';
import { voidText } from './readers';
import { elementText } from './knownArray';
import { elementOf } from './lists';

/** `scalar(dtype, bytes)`: one element. */
export const scalarForm: Form = (call, args) => {
  const value = isBare(call) ? scalarValue(args) : undefined;
  if (value === undefined) return undefined;
  const known = recognise(value.element);
  const { type } = value;
  return {
    library: 'numpy',
    type: scalarName(type),
    ...(known?.line !== undefined && { line: known.line }),
    text: value.text,
    ...(known?.children && { children: known.children }),
    ...(known?.isMissing && { isMissing: known.isMissing }),
    ...(type.kind === 'str' && { called: () => value.element }),
    ...(known?.called && type.kind !== 'object' && { called: known.called }),
    python: (limit) => scalarExpression(value, limit),
    plain: () => (known ? known.plain() : value.element),
  };
};

function scalarExpression({ type, element, array }: Scalar, limit: number): Value | undefined {
  const { kind } = type;
  if (kind === 'object' && type.fields === undefined) return element;
  if (kind === 'datetime' || kind === 'timedelta') return recognise(element)?.python(limit) ?? element;
  if (type.fields !== undefined)
    return expression('np.void', [recognise(element)?.python(limit) ?? element], {
      dtype: dtypeArgument(type),
    });
  return expression(`np.${scalarName(type)}`, [array === undefined ? element : exactly(element, array)]);
}

const SCALAR_NAMES: Readonly<Partial<Record<ElementType['kind'], string>>> = {
  str: 'str_',
  bytes: 'bytes_',
  bool: 'bool_',
  record: 'void',
  void: 'void',
};

/** The class of a scalar, which is the same for both byte orders. */
function scalarName({ kind, name, size }: ElementType): string {
  if (/^[<>|]/.test(name) && SCALAR_NAMES[kind] === undefined) return `${kind}${size * 8}`;
  return SCALAR_NAMES[kind] ?? name;
}

interface Scalar {
  readonly type: ElementType;
  readonly element: Value;
  readonly text: string;
  /** An array of it without dimensions, unless it is an object. */
  readonly array?: NdArray;
}

/** The element of `scalar(dtype, bytes)`. */
function scalarValue([dtype, data]: readonly Value[]): Scalar | undefined {
  const type = elementTypeOf(dtype);
  if (type === undefined || data === undefined) return undefined;
  if (type.kind === 'object') return { type, element: data, text: '' };
  const bytes = bytesOf(data);
  const array = bytes && contiguous(bytes, type, []);
  if (array === undefined) return undefined;
  const element = elementOf(array);
  const text = type.kind === 'void' ? voidText(array.bytes) : elementText(array, 0);
  return { type, element, text, array };
}

/** An array of the only element of a numpy scalar; undefined for other values. */
export function scalarArray(value: Value): NdArray | undefined {
  const [dtype, data] = argumentsOf(value, ...SCALAR) ?? [];
  const [type, bytes] = [elementTypeOf(dtype), bytesOf(data)];
  return type && bytes && contiguous(bytes, type, [1]);
}

/** The element of a numpy scalar; for other values, the value itself. */
export function withoutScalar(value: Value): Value {
  const args = argumentsOf(value, ...SCALAR);
  return (args && scalarValue(args)?.element) ?? value;
}
