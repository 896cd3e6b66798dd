/** Sequences of opcodes, by chance but the same for a seed: about as many that Python reads as ones that it stumbles over. */

/** A generator of numbers from 0 to below 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What pushes one value, in Latin-1. */
const VALUES = [
  ...['N', '\x88', '\x89', ']', '}', ')', '\x8f', 'K\x05', 'K\0', 'M\x01\x02', 'J\xff\xff\xff\xff'],
  ...[
    'I1\n',
    'I01\n',
    'I007\n',
    'I0x10\n',
    'I 5\n',
    'I5\0x\n',
    'I1_0\n',
    'I0b1\n',
    'I08\n',
    'I\n',
    'Ix\n',
    'I-0\n',
  ],
  ...['L5L\n', 'L0x10L\n', 'L 5\n', 'L1_0L\n', 'L007\n', 'F1.5\n', 'F1_0.5\n', 'F 1\n', 'Finf\n', 'F1\0\n'],
  ...[
    'Vtext\n',
    'V\\u0041\n',
    'V\\u\n',
    "S'a'\n",
    "S'\\x41'\n",
    "S'a\n",
    'U\x01a',
    'T\x01\0\0\0a',
    '\x8c\x01a',
  ],
  ...[
    'X\x01\0\0\0a',
    'C\x01a',
    'B\x01\0\0\0a',
    '\x96\x01\0\0\0\0\0\0\0a',
    '\x8a\x01\x05',
    '\x8b\x01\0\0\0\x05',
  ],
  ...[
    'G\x3f\xf8\0\0\0\0\0\0',
    'cm\nName\n',
    '\x8c\x01m\x8c\x05Other\x93',
    'cm.n\nDeep\n',
    '\x8c\x01m\x8c\x03A.b\x93',
  ],
];

/** What does something to the values on the stack, or to their order. */
const STEPS = [
  ...[
    '(',
    '(',
    '(',
    '0',
    '1',
    '2',
    'a',
    'e',
    's',
    'u',
    't',
    'l',
    'd',
    '\x85',
    '\x86',
    '\x87',
    '\x90',
    '\x91',
  ],
  ...[
    'b',
    'b',
    'R',
    'R',
    '\x81',
    '\x92',
    'o',
    'im\nInst\n',
    '\x94',
    'q\0',
    'r\x01\0\0\0',
    'p0\n',
    'p 1 \n',
    'p1_0\n',
  ],
  ...['h\0', 'j\0\0\0\0', 'g0\n', 'g 0 \n', 'g00\n', 'g0\0\n', '\x80\x04', '\x80\x02', '\x98'],
];

/** Whole steps that Python can carry out, such as nothing that is added to what takes nothing. */
const IDIOMS = [
  ...[
    '](\x900',
    '](e0',
    'K\x05(e0',
    'K\x05(u0',
    '}Nb0',
    'K\x05}b0',
    '](NtNb0',
    '}N)b0',
    '}NN\x86b0',
    '}}}\x86b0',
  ],
  ...[
    '\x96\x01\0\0\0\0\0\0\0aK\x01a0',
    '\x96\x01\0\0\0\0\0\0\0a(K\x01K\x02e0',
    ']K\x07aK\0K\x05s0',
    ']NaJ\xff\xff\xff\xffNs0',
  ],
  ...[
    'cm\nName\n}b0',
    'cm\nName\nNb0',
    'cm\nName\nK\x05a0',
    'cm\nName\nNNs0',
    'cm\nName\n(NNu0',
    'cm\nName\n(N\x900',
  ],
  ...['cm\nName\n)\x81}b}b0', 'cm\nName\n)RNbNb0', 'cm\nName\n](NeR0', '(cm\nName\no0', '(im\nInst\n0'],
];

const CALL = 'cmarked\ncall\n(Vhit\ntR';

export function pickleSequence(random: () => number): Buffer {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] as string;
  const parts: string[] = random() < 0.5 ? [] : [`\x80${pick(['\x02', '\x03', '\x04', '\x05'])}`];
  const count = 1 + Math.floor(random() * 8);
  for (let i = 0; i < count; i++) {
    const kind = random();
    if (kind < 0.35) parts.push(pick(IDIOMS));
    else if (kind < 0.6) parts.push(pick(VALUES));
    else if (kind < 0.75) parts.push(pick(STEPS));
    else if (kind < 0.85) parts.push(pick(VALUES), pick(VALUES), pick(STEPS));
    else parts.push(`${CALL}0`);
  }
  parts.push(random() < 0.7 ? `${CALL}.` : '.');
  const framed = random() < 0.4 ? withFrames(parts, random) : parts;
  return mutate(Buffer.from(framed.join(''), 'latin1'), random);
}

/** Frames that end where an opcode does, within one, within another frame, or beyond the end. */
function withFrames(parts: readonly string[], random: () => number): string[] {
  return parts.flatMap((part, i) => {
    if (random() > 0.3) return [part];
    const rest = parts.slice(i).join('').length;
    const size = [part.length, part.length - 1, part.length + 1, rest, rest + 9, 0][
      Math.floor(random() * 6)
    ] as number;
    const long = random() < 0.05 ? `V${'a'.repeat(4096 - Math.floor(random() * 40))}\n0` : '';
    return [
      `${long}\x95${String.fromCharCode(Math.max(0, size) & 0xff, (Math.max(0, size) >> 8) & 0xff)}${'\0'.repeat(6)}`,
      part,
    ];
  });
}

/** Changes, drops or doubles a byte now and then. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  if (random() > 0.3) return bytes;
  const at = Math.floor(random() * bytes.length);
  const kind = random();
  if (kind < 0.4) {
    const changed = Buffer.from(bytes);
    changed[at] = Math.floor(random() * 256);
    return changed;
  }
  const end = kind < 0.7 ? at + 1 : at;
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(kind < 0.7 ? at : at + 1)]);
}
