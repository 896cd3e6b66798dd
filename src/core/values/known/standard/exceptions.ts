import { Dict } from '../../value';
import { dictOf, expression, hasNoItems, shortName } from '../matching';
import type { Form, Forms } from '../registry';
import { parts } from './records';

/** `ValueError('x')[ ⊕ {...}]`: the exceptions of Python itself. */
const exceptionForm: Form = (call, args) => {
  if (!hasNoItems(call) || (call.state !== undefined && dictOf(call.state) === undefined)) return undefined;
  const type = shortName(call.callable);
  return {
    library: 'Python',
    type,
    children: parts(args, [...(dictOf(call.state) ?? [])]),
    python: () => expression(type, args),
    plain: () => Dict.from([['type', type], ['args', [...args]], ...(dictOf(call.state) ?? [])]),
  };
};

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
