import { DecodeError } from '../../errors';
import { UnhashableError, type Value } from '../../values/value';
import { PickleAccount } from './account';
import { CONTENT_COST, opcodeCosts } from './costs';
import { PickleInput } from './input';
import { PickleMachine, type PickleExtension } from './machine';
import { Opcode } from './opcodes';
import { steps } from './steps';
import { say } from '../../text';

export interface DecodedPickle {
  readonly value: Value;
  /** The length of the pickle in bytes, including its opcode STOP. More bytes may follow. */
  readonly length: number;
}

export interface PickleReading {
  /** Start of the pickle in `bytes` (default: 0). */
  readonly start?: number;
  /** Records what Python would import and call, even if reading fails afterwards. */
  readonly account?: PickleAccount;
  readonly extension?: PickleExtension;
}

/**
 * Reads one pickle of protocol 0 to 5 from `bytes`. Nothing is run: imports, objects and calls become inert objects, except
 * for calls that only represent plain data. Nesting may have any depth. Large bytes are views of the input. Python 2's
 * `str`, which is text or bytes, becomes a string if it is ASCII and bytes if not, so that nothing is guessed.
 * @throws DecodeError; LimitError if it would take too much memory
 */
export function decodePickle(
  bytes: Uint8Array,
  { start = 0, account = new PickleAccount(), extension }: PickleReading = {},
): DecodedPickle {
  const input = new PickleInput(bytes, start);
  try {
    return { value: runPickle(new PickleMachine(input, account, extension)), length: input.offset - start };
  } finally {
    account.isAmbiguous ||= input.isAmbiguous;
  }
}

/** Runs the machine to the end of a pickle. @throws DecodeError, LimitError */
export function runPickle(machine: PickleMachine): Value {
  try {
    return run(machine);
  } catch (error) {
    if (error instanceof UnhashableError) throw machine.input.error(error.message);
    // For example, JavaScript's Map cannot hold 2^24 entries.
    if (error instanceof RangeError) throw machine.input.error(say`it exceeds the limit (${error.message})`);
    throw error;
  }
}

/** Memory is charged in steps of this many bytes, as charging for each opcode would take time. */
const CHARGE = 64 * 1024;

function run(machine: PickleMachine): Value {
  const { input, account } = machine;
  let charged = input.offset - input.viewedBytes;
  let due = 0;
  for (;;) {
    const opcode = input.opcode();
    due += opcodeCosts[opcode] as number;
    if (due > CHARGE || opcode === Opcode.STOP) {
      const read = input.offset - input.viewedBytes;
      account.spend(due + CONTENT_COST * (read - charged));
      charged = read;
      due = 0;
    }
    if (opcode === Opcode.STOP) {
      input.finish();
      return machine.pop();
    }
    const step = steps[opcode];
    if (step === undefined) throw unknownOpcode(opcode, input.offset - 1);
    step(machine);
  }
}

function unknownOpcode(opcode: number, offset: number): DecodeError {
  return new DecodeError('pickle', say`there is no opcode 0x${opcode.toString(16).padStart(2, '0')}`, offset);
}
