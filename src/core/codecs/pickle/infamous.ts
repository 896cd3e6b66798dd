/**
 * Modules whose functions are typical of harmful pickles. They only affect the order of a list. They never decide whether a
 * call is harmful, as such a table can never be complete.
 */
const MODULES: ReadonlySet<string> = new Set(
  `os posix nt subprocess _posixsubprocess pty shutil sys importlib runpy code codeop ctypes _ctypes socket ssl http urllib
  requests httpx ftplib smtplib telnetlib webbrowser platform pickle _pickle dill cloudpickle joblib marshal shelve
  multiprocessing threading _thread asyncio signal tempfile pathlib io _io zipimport imp pkgutil pip timeit trace pdb bdb cProfile profile
  doctest commands popen2 builtins __builtin__ __main__ operator _operator functools types inspect gc weakref atexit`.split(
    /\s+/,
  ),
);

/** Whether a function such as `os.system` or `builtins.eval` is in one of these modules. */
export function isInfamous(subject: string): boolean {
  return MODULES.has(subject.split('.', 1)[0] ?? '');
}
