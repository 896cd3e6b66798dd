import type { Value } from '../../value';
import { expression, isBare } from '../matching';
import type { Form, Forms } from '../registry';
import { complexText } from '../pythonText';

const complexForm: Form = (call, [real, imaginary]) => {
  if (!isBare(call) || typeof real !== 'number' || typeof imaginary !== 'number') return undefined;
  const text = complexText(real, imaginary);
  return {
    library: 'Python',
    type: 'complex',
    line: text,
    text,
    python: () => expression('complex', [real, imaginary] satisfies Value[]),
    plain: () => text.replace(/^\((.*)\)$/, '$1'),
  };
};

export const numberForms: Forms = {
  'builtins.complex': complexForm,
};
