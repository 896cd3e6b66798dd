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

const NAMES =
  `ArithmeticError AssertionError AttributeError BaseException BlockingIOError BrokenPipeError BufferError
ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError EOFError EnvironmentError
Exception FileExistsError FileNotFoundError FloatingPointError GeneratorExit IOError ImportError IndentationError IndexError
InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError
NotADirectoryError NotImplementedError OSError OverflowError PermissionError ProcessLookupError RecursionError ReferenceError
RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError SystemExit TabError TimeoutError TypeError
UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError ValueError Warning DeprecationWarning
FutureWarning RuntimeWarning UserWarning ZeroDivisionError`.split(/\s+/);

export const exceptionForms: Forms = Object.fromEntries(
  NAMES.map((name) => [`builtins.${name}`, exceptionForm]),
);
