import { Dict, Tuple, type Value } from '../../value';
import { dictOf, expression, hasNoItems, shortName } from '../matching';
import { reprOf, textOfValue } from '../pythonText';
import type { Form, Forms } from '../registry';
import { parts } from './records';

/** `ValueError('x')[ ⊕ {...}]`: the exceptions of Python itself. */
export const exceptionForm: Form = (call, args) => {
  if (!hasNoItems(call) || (call.state !== undefined && dictOf(call.state) === undefined)) return undefined;
  const type = shortName(call.callable);
  const called = (): Value => expression(type, args);
  const state = dictOf(call.state);
  return {
    library: 'Python',
    type,
    called,
    get text() {
      return messageOf(type, args);
    },
    children: parts(args, [...(state ?? [])]),
    // What was added to it later is left out, as nobody would type that.
    python: called,
    plain: () => Dict.from([['type', type], ['args', [...args]], ...(state ?? [])]),
  };
};

function messageOf(type: string, args: readonly Value[]): string {
  const [first = '', second, file] = args;
  if (args.length > 1 && typeof first === 'bigint' && typeof second === 'string' && !/Value|Type/.test(type))
    return `[Errno ${first}] ${second}${file === undefined ? '' : `: ${reprOf(file)}`}`;
  if (args.length > 1) return reprOf(new Tuple([...args]));
  return type === 'KeyError' && args.length === 1 ? reprOf(first) : textOfValue(first);
}

/** The names of Python's own exceptions. */
export const EXCEPTIONS =
  'ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError ' +
  'BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ' +
  'ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError ' +
  'Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit ' +
  'IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError ' +
  'KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError ' +
  'NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError ' +
  'RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration ' +
  'StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError ' +
  'UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning ' +
  'UserWarning ValueError Warning ZeroDivisionError';

export const exceptionForms: Forms = Object.fromEntries(
  EXCEPTIONS.split(' ').map((name) => [`builtins.${name}`, exceptionForm]),
);
