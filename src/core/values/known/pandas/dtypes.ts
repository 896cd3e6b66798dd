import type { Dict, InertCall, Value } from '../../value';
import { arrowTypeOf } from '../arrow/types';
import type { Known } from '../known';
import { dictOf, expression, hasNoItems, itemsOf, shortName } from '../matching';
import { reprOf, textOfValue } from '../pythonText';
import { recognise, type Form } from '../registry';
import { parts } from '../standard/records';
import { zoneOf } from '../standard/zones';
import { periodFrequency } from './offsets';

/** Arguments and keywords in the Python expression of a type. */
interface Typed {
  /** Shown in the preview in place of the arguments. */
  readonly label?: string;
  readonly args: readonly (Value | undefined)[];
  readonly keywords?: Readonly<Record<string, Value | undefined>>;
}

type Describe = (state: Dict | undefined, args: readonly Value[], call: InertCall) => Typed | undefined;

/** For each class, the arguments of its Python expression, from its state or the arguments of its call. */
const TYPES: Readonly<Record<string, Describe | undefined>> = {
  CategoricalDtype: (state) => ({
    args: [state?.get('categories') ?? undefined],
    keywords: { ordered: state?.get('ordered') === true ? true : undefined },
  }),
  DatetimeTZDtype: (state, args) => {
    const [unit, tz] = [state?.get('unit') ?? args[0], state?.get('tz') ?? args[1]];
    return zoneOf(tz) && { args: [], keywords: { unit, tz } };
  },
  PeriodDtype: (_, __, call) => ({ args: [periodFrequency(call)] }),
  IntervalDtype: (state, args) => ({
    args: [typeName(state?.get('subtype') ?? state?.get('_subtype') ?? args[0])],
    keywords: { closed: state?.get('closed') ?? state?.get('_closed') ?? args[1] },
  }),
  SparseDtype: (state, args) => ({
    args: [typeName(state?.get('_dtype') ?? args[0]), state?.get('_fill_value') ?? args[1]],
  }),
  StringDtype: (state, args) => ({
    args: [state?.get('storage') ?? args[0]],
    keywords: { na_value: args[1] },
  }),
  ArrowDtype: (state, args) => {
    const type = arrowTypeOf(state?.get('pyarrow_dtype') ?? args[0]);
    return type && { args: [type.source], label: type.name };
  },
};

/** The name of a numpy type. */
function typeName(type: Value | undefined): Value | undefined {
  return (type === undefined ? undefined : recognise(type)?.text) ?? type;
}

/** An argument in the preview of a type. Text is quoted. */
function shown(part: Value): string {
  return typeof part === 'string' ? reprOf(part) : textOfValue(part);
}

/** A type of pandas, shown by its parts. */
export const dtypeForm: Form = (call, args) => {
  const type = shortName(call.callable);
  const state = dictOf(call.state);
  if (!hasNoItems(call) || call.kwargs !== undefined || (call.state !== undefined && state === undefined))
    return undefined;
  const typed: Typed | undefined = TYPES[type] === undefined ? { args: [] } : TYPES[type](state, args, call);
  if (typed === undefined) return undefined;
  const given = typed.args.filter((one) => one !== undefined);
  const keywords = Object.entries(typed.keywords ?? {}).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined,
  );
  const line =
    typed.label !== undefined
      ? `${type} ${typed.label}`
      : [type, ...[...given, ...keywords.map(([, value]) => value)].map(shown)].join(' ');
  return {
    library: 'pandas',
    type,
    line,
    children: parts(given, keywords),
    python: () => expression(`pd.${type}`, given, typed.keywords),
    plain: () => line,
  };
};

/** A type, field or schema of pyarrow, shown as pyarrow prints it. */
export const arrowTypeForm: Form = (call) => {
  const type = arrowTypeOf(call);
  const name = shortName(call.callable);
  const line = type?.name ?? name;
  const known: Known = {
    library: 'pyarrow',
    type: type === undefined ? name : 'DataType',
    line,
    python: () => type?.source ?? call,
    plain: () => line,
  };
  return itemsOf(call.args) === undefined ? undefined : known;
};
