import { InertName } from '../../value';
import type { Known } from '../known';
import { expression, isBare } from '../matching';
import type { Form, Forms } from '../registry';
import { collectionForms } from './collections';
import { exceptionForms } from './exceptions';
import { machineArrayForms } from './machineArrays';
import { moduleForms } from './modules';
import { numberForms } from './numbers';
import { containerShape, getterForm, keywordsShape, memberForm, partialForm, recordShape } from './records';
import { timeForms } from './times';

/** `new object()`, which stands for a value that was not given. */
const objectForm: Form = (call, { length }) =>
  call.isNew && length === 0 && isBare(call)
    ? { library: 'Python', type: 'object', python: () => expression('object', []), plain: () => null }
    : undefined;

const forms: Forms = {
  'builtins.object': objectForm,
  ...numberForms,
  ...timeForms,
  ...collectionForms,
  ...exceptionForms,
  ...moduleForms,
  ...machineArrayForms,
  'builtins.getattr': memberForm,
  '_operator.or_': memberForm,
  'operator.or_': memberForm,
  'functools.partial': partialForm,
  'operator.itemgetter': getterForm,
  'operator.attrgetter': getterForm,
  'operator.methodcaller': getterForm,
};

/** A built-in that a pickle stores by name, and that Python code names without a module. */
function constant(name: string, type = name, text = name): Known {
  return {
    library: 'Python',
    type,
    line: name,
    text,
    python: () => new InertName('', name),
    plain: () => (type === 'type' ? name : null),
  };
}

/** Built-in classes that occur as values, such as the factory of a defaultdict. */
const CLASSES =
  'int float complex str bytes bytearray bool list tuple dict set frozenset object type range slice'.split(
    ' ',
  );

const names = {
  ...Object.fromEntries(
    CLASSES.map((name) => [`builtins.${name}`, constant(name, 'type', `<class '${name}'>`)]),
  ),
  'builtins.Ellipsis': constant('Ellipsis'),
  'builtins.NotImplemented': constant('NotImplemented'),
};

export const standard = { forms, names, shapes: [keywordsShape, containerShape, recordShape] };
