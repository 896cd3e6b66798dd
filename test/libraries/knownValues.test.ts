import assert from 'node:assert/strict';
import { before, it } from 'mocha';
import { writeForm } from '../../src/core/codecs/writeForm';
import { decodePickleFile } from '../../src/core/codecs/pickle/file';
import type { Level } from '../../src/core/codecs/pickle/format';
import { recognise } from '../../src/core/values/known/recognise';
import { describeWithPythons, runPython } from '../interop/python';

/** A line of a script: a pickle in hexadecimal. */
interface Sample {
  readonly name: string;
  readonly protocol: number;
  readonly pickle: string;
  /** As Python's `str()` has it. */
  readonly text: string;
}

/** What Picklepost makes of a sample, and what Python says of what it copies. */
interface Copy extends Sample {
  readonly level: Level;
  readonly isKnown: boolean;
  /** As a cell of a table shows it; undefined for what is told by its line. */
  readonly cell?: string | undefined;
  readonly source: string;
  readonly problem?: string | null;
}

function copiesOf(script: string, python: string): Copy[] {
  const copies = runPython(script, '', python).map((line): Copy => {
    const sample = JSON.parse(line) as Sample;
    const { values, actions, problem } = decodePickleFile(Buffer.from(sample.pickle, 'hex'));
    const [value] = values;
    assert.ok(value !== undefined && problem === undefined, sample.name);
    const known = recognise(value);
    const source = writeForm('python', value, { maxLength: 1_000_000 });
    return { ...sample, source, level: actions.level, isKnown: known !== undefined, cell: known?.text };
  });
  const answers = runPython(script, copies.map((copy) => JSON.stringify(copy)).join('\n'), python);
  return answers.map((line) => JSON.parse(line) as Copy);
}

interface Library {
  readonly script: string;
  readonly modules: readonly string[];
  /** The worst level of its samples. */
  readonly level: Level;
  /** Samples that are not of a known form, or whose class nobody knows. */
  readonly others: Readonly<Record<string, Level>>;
  /** Samples of which no copy can be equal, and why. */
  readonly uncopied: Readonly<Record<string, string>>;
}

const CLASSES =
  'function, class, partial, partial of own class, Enum, IntEnum, Flag, namedtuple, own class, own class empty, own nested class, ' +
  'own slots, own keywords, own dict, own list, own text, own number, own list with attributes, own text with attributes, ' +
  'dataclass, dataclass slots, dataclass frozen slots';

function sameReason(reason: string, names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(', ').map((name) => [name, reason]));
}

const LIBRARIES: Readonly<Record<string, Library>> = {
  'the standard library': {
    script: 'known_standard.py',
    modules: [],
    level: 'plain',
    others: {
      ...Object.fromEntries(CLASSES.split(', ').map((name): [string, Level] => [name, 'classes'])),
      'bound method': 'calls',
      methodcaller: 'calls',
      'own set': 'calls',
      'own error': 'calls',
      StrEnum: 'calls',
    },
    uncopied: {
      'bound method': 'a call of getattr is copied as it is stored',
      function: 'a name is copied as it is stored',
      ...sameReason('its state is not typed', 'random.Random, LogRecord, Element, Message, SimpleCookie'),
      ...sameReason(
        'protocols below 2 write what a tuple is made of',
        'DecimalTuple 0, DecimalTuple 1, ParseResult 0, ParseResult 1, SplitResult 0, SplitResult 1',
      ),
      'namedtuple 0': 'protocols below 2 write what a tuple is made of',
      'namedtuple 1': 'protocols below 2 write what a tuple is made of',
      'own keywords 0': 'protocols below 2 do not write what `__new__` is given',
      'own keywords 1': 'protocols below 2 do not write what `__new__` is given',
    },
  },
  numpy: {
    script: 'known_numpy.py',
    modules: ['numpy'],
    level: 'known',
    others: { 'own array': 'classes', ufunc: 'classes' },
    uncopied: {},
  },
  pandas: {
    script: 'known_pandas.py',
    modules: ['pandas'],
    level: 'known',
    others: {},
    uncopied: {
      'pyarrow dictionary scalar': 'it is only equal to one with the same dictionary',
      'frame attrs': 'what a frame is said to be besides cannot be typed in one expression',
      'Flags of a frame': 'what a frame is said to be besides cannot be typed in one expression',
    },
  },
  scipy: {
    script: 'known_scipy.py',
    modules: ['scipy'],
    level: 'known',
    others: {},
    uncopied: sameReason(
      'its class is made by a function',
      'BSpline, CubicSpline, interp1d, OptimizeResult, KDTree, Rotation, linregress, pearsonr, ttest_ind, spearmanr, shapiro, ' +
        'theilslopes, mode, binomtest, TransferFunction, StateSpace, Delaunay, ConvexHull, Slerp, RigidTransform, RBFInterpolator, ' +
        'NearestNDInterpolator, LinearNDInterpolator, RegularGridInterpolator, KroghInterpolator, AAA, RootResults, Bounds, OdeResult, ' +
        'multivariate_normal, dirichlet, Normal, Mixture, bootstrap, ecdf, confidence interval, chi2_contingency, Sobol, ClusterNode',
    ),
  },
  'scikit-learn': {
    script: 'known_sklearn.py',
    modules: ['sklearn'],
    level: 'known',
    others: {},
    uncopied: sameReason('what it holds is only named', 'KDTree, BallTree, scorer'),
  },
  pytz: { script: 'known_pytz.py', modules: ['pytz'], level: 'known', others: {}, uncopied: {} },
  dateutil: { script: 'known_dateutil.py', modules: ['dateutil'], level: 'known', others: {}, uncopied: {} },
  Pillow: {
    script: 'known_pillow.py',
    modules: ['PIL'],
    level: 'known',
    others: {},
    uncopied: {
      ...sameReason('a palette cannot be typed in one expression', 'P, PA, gif'),
      ...sameReason('it is of the class of pictures that are not in a file', 'png, bmp, tiff, jpeg'),
    },
  },
};

for (const [title, { script, modules, level, others, uncopied }] of Object.entries(LIBRARIES))
  describeWithPythons(`values of ${title}`, modules, (python) => {
    let copies: readonly Copy[] = [];
    before(() => {
      copies = copiesOf(script, python);
    });

    it('are recognized, and cause no warning', () => {
      assert.ok(copies.length >= 24);
      for (const { name, protocol, isKnown, level: found } of copies) {
        const most = others[name] ?? others[`${name} ${protocol}`] ?? level;
        const allowed: readonly Level[] = ['plain', 'known', 'classes', 'calls'];
        assert.ok(
          allowed.indexOf(found) <= allowed.indexOf(most),
          `${name} at protocol ${protocol} is said to be ${found}`,
        );
        assert.ok(
          isKnown || others[name] !== undefined || PLAIN.has(name),
          `${name} at protocol ${protocol}`,
        );
      }
    });

    it('have the text of Python in a cell of a table', () => {
      const wrong = copies.filter(
        ({ name, text, cell }) => cell !== undefined && cell !== text && !OTHER_TEXTS.has(name),
      );
      assert.deepEqual(
        wrong.map(
          ({ name, protocol, text, cell }) => `${name} at protocol ${protocol}: ${cell}, and not ${text}`,
        ),
        [],
      );
    });

    it('are copied as an expression that makes an equal value in Python', () => {
      const wrong = copies.filter(
        ({ name, protocol, problem }) => problem && !uncopied[name] && !uncopied[`${name} ${protocol}`],
      );
      assert.deepEqual(
        wrong.map(({ name, protocol, source, problem }) => ({ name, protocol, source, problem })),
        [],
      );
    });
  });

/** Samples whose text is another one in some versions, or is not known. */
const OTHER_TEXTS: ReadonlySet<string> = new Set([
  // Whether a time at midnight is shown as a day.
  'Interval of times',
  // pytz writes the call that makes a zone without a name.
  'offset',
  // numpy 1 writes numbers as it writes them in arrays.
  'scalar record',
  // Up to Python 3.11.3, pickles name the member, but not of which kind it is.
  ...['IntEnum', 'Flag', 'StrEnum'],
]);

/** Samples that are plain data, or a name. */
const PLAIN: ReadonlySet<string> = new Set([
  'bytearray',
  'isocalendar',
  'set',
  'frozenset',
  'class',
  'class ndarray',
]);
