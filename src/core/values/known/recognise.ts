/** The libraries whose values are recognized. To add one, write a file with its forms, and add a line here. */
import { addLibrary } from './registry';
import { dateutil } from './dateutil';
import { joblib } from './joblib';
import { numpy } from './numpy/numpy';
import { pandas } from './pandas/pandas';
import { pillow } from './pillow/pillow';
import { scipy } from './scipy';
import { sklearn } from './sklearn';
import { standard } from './standard/standard';
import { torch } from './torch/torch';

// The first matching form wins, so libraries with more specific forms come first.
for (const library of [numpy, pandas, scipy, sklearn, pillow, torch, joblib, dateutil, standard])
  addLibrary(library);

export type { Children, Known } from './known';
export { isMade, recognise } from './registry';
