import { PicklepostError, DecodeError } from '../../errors';
import { InertReference, type Value } from '../../values/value';
import { PickleAccount } from './account';
import { actionsOf, bothActions, type ActionOptions } from './actions';
import type { PickleActions } from './effects';
import { FileInput } from './fileInput';
import { PickleInput } from './input';
import { PickleMachine, type PickleExtension } from './machine';
import { decodePickle, runPickle } from './reader';
import { scanRest } from './rest';
import { isShelf, kindOfBytes, SHELF } from './otherKinds';
import { say } from '../../text';

/** The content of a file that `pickle.dump` has written, in one or several calls. */
export interface PickleFile {
  /** One value for each call, in order. If not even the first could be read, there are none, and `problem` says why. */
  readonly values: readonly Value[];
  /** Whether the bytes were damaged, and the values come from the repaired bytes. `problem` describes the damage. */
  readonly isRepaired?: true;
  /** The offset at which the first pickle ends; undefined if there is none, or if the bytes were repaired. */
  readonly firstEnd?: number;
  /** The actions that Python would take to load all of the pickles, including the readable part of a broken one. */
  readonly actions: PickleActions;
  /** A DecodeError or LimitError: why the data after the values could not be read. Undefined if there are none. */
  readonly problem?: PicklepostError;
}

/** Bytes of memory for each value, in addition to its content. */
const VALUE_COST = 64;

/** Bytes that file objects read at once: 0 if they cannot peek, then those of common file systems, Python and network file systems. */
const BLOCKS = [0, 4096, 8192, 64 * 1024, 128 * 1024, 1024 * 1024];

/**
 * Reads pickles until the end of the bytes. Nothing is run. The actions are those of all of CPython's readers, if they may
 * read the bytes in different ways, and include names after an error. Damaged bytes are repaired if possible, and the problem
 * says so. Offsets of errors count from the start of the bytes.
 */
export function decodePickleFile(
  bytes: Uint8Array,
  account = new PickleAccount(),
  extension?: PickleExtension,
  options: ActionOptions = {},
): PickleFile {
  const before = account.events.length;
  const replaced = account.replaced.length;
  const { values, firstEnd, problem } = readPickles(bytes, account, extension);
  if (account.isAmbiguous)
    account.fromFile.push(...BLOCKS.map((block) => readFromFile(bytes, block, account, extension)));
  if (account.replaced.length > replaced) noteWithoutFormat(bytes, account);
  const isBegun =
    values.length > 0 || account.events.slice(before).some((event) => !(event instanceof InertReference));
  const { explanation, repaired, isOther = false, isText = false } = explain(bytes, problem, isBegun);
  // In a file of another kind, references occur by chance. What was found after the error is dropped only if the file is text.
  if (isOther) account.dropAfter(before);
  if (isText) account.rest.dropAfter(0);
  const actions = actionsOf(account, values, options);
  const asStored = { values, actions, ...(firstEnd !== undefined && { firstEnd }) };
  if (repaired === undefined) return { ...asStored, ...(explanation && { problem: explanation }) };
  const read = decodePickleFile(repaired, account.sibling(), extension, options);
  if (read.problem !== undefined) return { ...asStored, ...(problem && { problem }) };
  return {
    values: read.values,
    isRepaired: true,
    actions: bothActions(read.actions, actions),
    problem: explanation as PicklepostError,
  };
}

interface ReadPickles {
  readonly values: Value[];
  firstEnd: number | undefined;
  problem: PicklepostError | undefined;
}

/** Reads pickles up to the end of the bytes or the first error. Names after an error are recorded in the account. */
function readPickles(bytes: Uint8Array, account: PickleAccount, extension?: PickleExtension): ReadPickles {
  const read: ReadPickles = { values: [], firstEnd: undefined, problem: undefined };
  let start = 0;
  while (read.problem === undefined && (start < bytes.length || start === 0)) {
    const input = new PickleInput(bytes, start);
    const machine = new PickleMachine(input, account, extension);
    try {
      account.spend(VALUE_COST);
      read.values.push(runPickle(machine));
      start = input.offset;
      read.firstEnd ??= start;
    } catch (error) {
      if (!(error instanceof PicklepostError)) throw error;
      read.problem = error;
      input.noteError();
      scanRest(machine.withAccount(account.rest), bytes, input.opcodeOffset);
    }
    account.isAmbiguous ||= input.isAmbiguous;
  }
  return read;
}

/**
 * Records what `pickle.load` does with a file that is not only pickles, such as one of joblib. It runs the content between the
 * pickles as opcodes.
 */
export function noteWithoutFormat(bytes: Uint8Array, main: PickleAccount): void {
  const account = main.sibling(true);
  main.withoutFormat.push(account);
  try {
    for (let start = 0; start < bytes.length;) start += decodePickle(bytes, { start, account }).length;
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
  }
  if (account.isAmbiguous)
    main.withoutFormat.push(...BLOCKS.map((block) => readFromFile(bytes, block, account)));
}

/** Records what `pickle.load` does if it is called until the end of a file or an error. */
function readFromFile(
  bytes: Uint8Array,
  block: number,
  main: PickleAccount,
  extension?: PickleExtension,
): PickleAccount {
  const account = main.sibling();
  const input = new FileInput(bytes, block);
  try {
    while (input.nextStart < bytes.length) {
      input.restart();
      runPickle(new PickleMachine(input, account, extension));
    }
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
  }
  return account;
}

/**
 * Explains an error: by a known kind of damage, with the repaired bytes, or by a known kind of file that is not a pickle.
 * @param isBegun whether a pickle could be read, or Python would have done something before the error
 */
function explain(bytes: Uint8Array, problem: PicklepostError | undefined, isBegun: boolean): Explanation {
  if (hasConvertedLineEnds(bytes, problem !== undefined))
    return {
      explanation: new DecodeError('pickle', say`its line ends were converted to CR LF. ${SHOWN}`),
      repaired: repairLineEnds(bytes),
    };
  if (problem === undefined) return {};
  if (!(problem instanceof DecodeError)) return { explanation: problem };
  if (isBegun) return { explanation: isShelf(bytes) ? new DecodeError('pickle', SHELF) : problem };
  const repaired = repairUtf8(bytes);
  if (repaired !== undefined) {
    const reason = say`its bytes were read as Latin-1 and written as UTF-8. ${SHOWN}`;
    return { explanation: new DecodeError('pickle', reason), repaired };
  }
  const kind = kindOfBytes(bytes);
  if (kind === undefined) return { explanation: problem };
  return { explanation: new DecodeError('pickle', kind.reason), isOther: true, isText: kind.isText };
}

interface Explanation {
  readonly explanation?: PicklepostError;
  readonly repaired?: Uint8Array;
  /** Whether the bytes are a known kind of file other than a pickle, and whether that is text. */
  readonly isOther?: boolean;
  readonly isText?: boolean;
}

const SHOWN = say`Showing the repaired content; get the file again, in binary mode`;

const [LF, CR, PROTO] = [0x0a, 0x0d, 0x80];

/** Whether each line ends in CR LF. A binary pickle that can be read may contain CR LF by chance. */
function hasConvertedLineEnds(bytes: Uint8Array, isMistaken: boolean): boolean {
  if (!isMistaken && bytes[0] === PROTO) return false;
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] !== CR) return false;
    count++;
  }
  return count > 0 && STARTS.has(bytes[0] as number);
}

/** Opcodes that a pickle may begin with, because they need nothing on the stack. */
const STARTS: ReadonlySet<number> = new Set(
  Buffer.from('\x80(}])cNIFVSLKJMGXUTBC\x88\x89\x8a\x8c', 'latin1'),
);

function repairLineEnds(bytes: Uint8Array): Uint8Array {
  const repaired = new Uint8Array(bytes.length);
  let length = 0;
  bytes.forEach((byte, i) => {
    if (byte !== CR || bytes[i + 1] !== LF) repaired[length++] = byte;
  });
  return repaired.subarray(0, length);
}

/** Repairs bytes that were read as Latin-1 and written as UTF-8. They begin with 0x80 in UTF-8 and a protocol. */
function repairUtf8(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0xc2 || bytes[1] !== PROTO || (bytes[2] ?? 9) > 5) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return /[^\0-\xff]/.test(text) ? undefined : new Uint8Array(Buffer.from(text, 'latin1'));
}
