import { formats, isTextFormat, TEXT_FORMATS, type Format, type TextFormat } from './formats';
import { say, type Words } from '../text';

/** A form in which a value is written for a person. `canonical` is a Python literal that is the same for equal values. */
export type TextForm = TextFormat | 'python' | 'canonical';

export interface TextFormFacts {
  readonly label: Words;
  /** Extension of files, without the dot. */
  readonly extension: string;
}

/** All forms, those that are formats first. `writeForm.ts` writes them. */
export const textForms: Readonly<Record<TextForm, TextFormFacts>> = {
  ...(Object.fromEntries(TEXT_FORMATS.map((format) => [format, factsOf(format)])) as Record<
    TextFormat,
    TextFormFacts
  >),
  python: { label: say`Python literal`, extension: 'py' },
  canonical: { label: say`Python literal, sorted`, extension: 'py' },
};

export const TEXT_FORMS = Object.keys(textForms) as readonly TextForm[];

/** The form in which a dictionary is shown: its own format if that is text, otherwise Python. */
export function shownForm(format: Format): TextForm {
  return isTextFormat(format) ? format : 'python';
}

function factsOf(format: TextFormat): TextFormFacts {
  const { title, extensions } = formats[format];
  return { label: title, extension: extensions[0] };
}
