import type { PickleMachine } from './machine';
import { Opcode } from './opcodes';
import { steps } from './steps';

/** The largest number of opcodes that are run from one position, and in total. */
const MAX_STEPS = 1_000;
const MAX_ALL_STEPS = 2_000_000;

/** 1 for the opcodes that {@link namesSomething} knows. Most of the searched bytes are other ones, so this saves time. */
const MAY_NAME = new Uint8Array(256);
for (const opcode of [
  Opcode.GLOBAL,
  Opcode.INST,
  Opcode.UNICODE,
  Opcode.SHORT_BINUNICODE,
  Opcode.BINUNICODE,
  Opcode.BINUNICODE8,
])
  MAY_NAME[opcode] = 1;

/**
 * Searches the data after an error for opcodes that name a class or function, and runs the machine from each of them until the
 * next error. This CPython may not reach the data, but other versions or readers may. The account records what is found.
 * @param machine that met the error, with its memo
 */
export function scanRest(machine: PickleMachine, bytes: Uint8Array, start: number): void {
  const visited = new Set<number>();
  let count = 0;
  for (let at = start; at < bytes.length && count < MAX_ALL_STEPS; at++) {
    if (MAY_NAME[bytes[at] ?? 0] === 0 || visited.has(at) || !namesSomething(bytes, at)) continue;
    count += runFrom(machine, bytes, at, visited);
  }
}

/** @returns how many opcodes were run */
function runFrom(machine: PickleMachine, bytes: Uint8Array, at: number, visited: Set<number>): number {
  const { input } = machine;
  input.moveTo(at);
  for (let count = 1; count < MAX_STEPS; count++) {
    try {
      const start = input.offset;
      visited.add(start);
      const opcode = input.opcode();
      const step = steps[opcode];
      if (step === undefined) return count;
      step(machine);
      // An opcode inside a name is not run again.
      if (namesSomething(bytes, start)) for (let i = start; i < input.offset; i++) visited.add(i);
    } catch {
      return count;
    }
  }
  return MAX_STEPS;
}

/** The characters of Python names: letters, digits, underscores, dots, and everything that is not ASCII. */
function isNamePart(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x2e ||
    byte >= 0x80
  );
}

const MAX_NAME = 255;

/** Whether the opcode at a position may name a class or function: GLOBAL, INST, or the text of a name for STACK_GLOBAL. */
function namesSomething(bytes: Uint8Array, at: number): boolean {
  switch (bytes[at]) {
    case Opcode.GLOBAL:
    case Opcode.INST: {
      const module = nameLine(bytes, at + 1);
      return module !== undefined && nameLine(bytes, module) !== undefined;
    }
    case Opcode.UNICODE:
      return nameLine(bytes, at + 1) !== undefined;
    case Opcode.SHORT_BINUNICODE:
      return isName(bytes, at + 2, bytes[at + 1] ?? 0);
    case Opcode.BINUNICODE:
      return bytes[at + 2] === 0 && bytes[at + 3] === 0 && isName(bytes, at + 5, bytes[at + 1] ?? 0);
    case Opcode.BINUNICODE8:
      return bytes[at + 2] === 0 && isName(bytes, at + 9, bytes[at + 1] ?? 0);
    default:
      return false;
  }
}

function isName(bytes: Uint8Array, start: number, length: number): boolean {
  if (length === 0 || start + length > bytes.length) return false;
  for (let i = start; i < start + length; i++) if (!isNamePart(bytes[i])) return false;
  return true;
}

/** The start of the next line if this one is a name; otherwise undefined. */
function nameLine(bytes: Uint8Array, start: number): number | undefined {
  let at = start;
  while (at - start <= MAX_NAME && isNamePart(bytes[at])) at++;
  return at > start && bytes[at] === 0x0a ? at + 1 : undefined;
}
