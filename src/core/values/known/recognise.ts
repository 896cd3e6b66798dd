/** The libraries whose values are recognized. Adding one is a file with its forms, and a line here. */
import { addLibrary } from './registry';
import { numpy } from './numpy/numpy';
import { pandas } from './pandas/pandas';
import { standard } from './standard/standard';

for (const library of [standard, numpy, pandas]) addLibrary(library);

export type { Children, Known } from './known';
export { isMade, recognise } from './registry';
