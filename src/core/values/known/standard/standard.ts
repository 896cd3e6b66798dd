import { InertName } from '../../value';
import type { Known } from '../known';
import type { Forms } from '../registry';
import { collectionForms, containerShape, recordShape } from './collections';
import { numberForms } from './numbers';
import { timeForms } from './times';

const forms: Forms = { ...numberForms, ...timeForms, ...collectionForms };

function constant(name: string): Known {
  return {
    library: 'Python',
    type: name,
    line: name,
    text: name,
    python: () => new InertName('', name),
    plain: () => null,
  };
}

const names = {
  'builtins.Ellipsis': constant('Ellipsis'),
  'builtins.NotImplemented': constant('NotImplemented'),
};

export const standard = { forms, names, shapes: [recordShape, containerShape] };
