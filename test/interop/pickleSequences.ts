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
  ...[
    '\x8d\x01\0\0\0\0\0\0\0a',
    '\x8e\x01\0\0\0\0\0\0\0a',
    'U\x01\xe9',
    'T\x01\0\0\0\xe9',
    "S'\xe9'\n",
    'X\x02\0\0\0\xc3\xa9',
  ],
  ...[
    '\x8b\0\0\0\0',
    '\x8a\0',
    '\x8a\x09\0\0\0\0\0\0\0\0\x01',
    'J\0\0\0\x80',
    'V\\ud83d\n',
    'V\xe9\n',
    'F1e999\n',
  ],
  ...['\x97', '\x82\x01', '\x83\x01\0', '\x84\x01\0\0\0', 'Pid\n', 'NQ', 'P\n', '(t', '(l', '(d', '(\x91'],
  ...[
    'cm\xc3\xa9\nN\xc3\xa9\n',
    'cm\nA.b.c\n',
    'c m\n N\n',
    '\x8c\x03m.n\x8c\x01N\x93',
    '\x8c\0\x8c\x01N\x93',
    'cm\r\nN\r\n',
  ],
  ...[
    'cmarked\ntext\n)R',
    'cmarked\nnone\n)R',
    'cmarked\nzero\n)R',
    'cmarked\nlist\n)R',
    'cmarked\ndict\n)R',
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
  ...[
    '\x93',
    'Q',
    '\x98',
    'i\nInst\n',
    'im\nA.b\n',
    'q\xff',
    'h\xff',
    'r\xff\xff\0\0',
    'j\xff\xff\0\0',
    '\x80\x05',
    '\x80\0',
    '\x80\x06',
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

/** Steps that turn on what only Python knows, on what lies outside of the pickle, and on states in parts. */
const UNKNOWNS = [
  ...[']cmarked\nnone\n)Rb0', '}cmarked\nnone\n)RNNtb0', ']cmarked\ndict\n)Rb0', 'K\x05cmarked\nlist\n)Rb0'],
  ...[']Nacmarked\nzero\n)RNs0', ']Na(cmarked\nzero\n)RNu0', '\x96\x01\0\0\0\0\0\0\0acmarked\nzero\n)Ra0'],
  ...['\x96\x01\0\0\0\0\0\0\0a(cmarked\nzero\n)Re0', '\x96\x01\0\0\0\0\0\0\0aK\0cmarked\nzero\n)Rs0'],
  ...[
    'cmarked\ntext\n)RVcall\n\x93(Vhit\ntR0',
    'cmarked\nlist\n)RNa0',
    'cmarked\ndict\n)RNNs0',
    'cmarked\nzero\n)R\x85R0',
  ],
  ...[
    '\x82\x01)R0',
    '\x82\x01)\x810',
    '\x82\x01}b0',
    '(\x82\x01o0',
    'Pid\n)R0',
    'NQ}b0',
    'Pid\nNa0',
    '\x97Na0',
    '\x97K\x01a0',
    '\x97\x980',
  ],
  ...[
    '\x97(K\x01e0',
    '\x97\x97\x97Na0',
    'cm\nName\n)}\x920',
    'cm\nName\n)}Va\nK\x01s\x920',
    'cm\nName\n(NtN\x920',
  ],
  ...[
    'cm\nName\n)\x81N}Vslot\nK\x01s\x86b0',
    'cm\nName\n)\x81}Va\nK\x01sN\x86b0',
    'cm\nName\n)\x81(NNNtb0',
    'cm\nName\n)\x81]b0',
  ],
  ...[
    'ccopyreg\n_reconstructor\n(cm\nName\nc__builtin__\nobject\nNtR0',
    'ccopyreg\n__newobj__\n(cm\nName\nNtR0',
  ],
  ...[
    'ccopyreg\n_reconstructor\n(cm\nName\ncm\nBase\nNtR0',
    'ccopyreg\n_reconstructor\n(cm\nName\nc__builtin__\ndict\n}tR0',
  ],
  ...[
    'cdecimal\nDecimal\n(V1.5\ntR0',
    'ccollections\nOrderedDict\n)RNNs0',
    'cdatetime\ndate\nC\x04\x07\xe8\x02\x1d\x85R0',
  ],
  ...[
    'cm\nName\nq\x070h\x07)R0',
    'p7\n',
    'cm\nName\n\x940',
    '(cm\nName\nNoq\x050',
    '(Nq\x031h\x030',
    'cm\nName\n2)R0R',
    'N.',
  ],
];

/** What this test has found once: each is read by one of CPython's readers only, or only with an encoding. */
const FOUND = [
  ...[
    'U\x01\xe9U\x01a\x93)R0',
    'cm\nName\n(NNNu0',
    'cm\nName\n(e0',
    'I\0x\n0',
    'I\0\n0',
    'I\0xy\n0',
    'cm\nName\n)R(]Nu0',
    '\x95\x03\0\0\0\0\0\0\0cm\n\xffcmarked\n',
  ],
  ...['\x95\x01\0\0\0\0\0\0\0\x80\x05(lN.', '(cm\nName\n)R]N\x85\x90d0'],
];

const CALL = 'cmarked\ncall\n(Vhit\ntR';

export function pickleSequence(random: () => number): Buffer {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] as string;
  const parts: string[] = random() < 0.5 ? [] : [`\x80${pick(['\x02', '\x03', '\x04', '\x05'])}`];
  const count = 1 + Math.floor(random() * 8);
  for (let i = 0; i < count; i++) {
    const kind = random();
    if (kind < 0.2) parts.push(pick(IDIOMS));
    else if (kind < 0.35) parts.push(pick(random() < 0.1 ? FOUND : UNKNOWNS));
    else if (kind < 0.6) parts.push(pick(VALUES));
    else if (kind < 0.75) parts.push(pick(STEPS));
    else if (kind < 0.85) parts.push(pick(VALUES), pick(VALUES), pick(STEPS));
    else parts.push(`${CALL}0`);
  }
  parts.push(random() < 0.7 ? `${CALL}.` : '.');
  const framed = random() < 0.4 ? withFrames(parts, random) : parts;
  const one = mutate(Buffer.from(framed.join(''), 'latin1'), random);
  // Several in one file, and what may follow behind the last.
  const kind = random();
  if (kind < 0.1) return Buffer.concat([one, pickleSequence(random)]);
  return kind < 0.15 ? Buffer.concat([one, Buffer.from(pick(TAILS), 'latin1')]) : one;
}

const TAILS = [
  '\0',
  '\n',
  '\x80',
  'garbage',
  CALL,
  `${CALL}.`,
  'cmarked\ncall',
  'cmarked\ncal',
  'imarked\ncall',
  '\x95\x05',
];

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

/** Changes, drops or doubles bytes now and then. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  if (random() > 0.3) return bytes;
  const changed = mutateOne(bytes, random);
  return random() < 0.2 ? mutate(changed, random) : changed;
}

function mutateOne(bytes: Buffer, random: () => number): Buffer {
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
