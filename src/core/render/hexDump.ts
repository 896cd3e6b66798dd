/** Bytes of each line. */
const HEX_LINE = 16;

/**
 * Bytes as a table for people: offset, hexadecimal digits in two groups of eight, and the printable ASCII characters.
 * @param offset of the first byte in the whole, in bytes
 * @param total size of the whole, which decides how many digits offsets have
 */
export function formatHex(bytes: Uint8Array, offset = 0, total = offset + bytes.length): string {
  const width = Math.max(8, total.toString(16).length);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines: string[] = [];
  for (let at = 0; at < buffer.length; at += HEX_LINE) {
    const address = (offset + at).toString(16).padStart(width, '0');
    lines.push(`${address}  ${formatLine(buffer.subarray(at, at + HEX_LINE))}\n`);
  }
  return lines.join('');
}

const GROUP = HEX_LINE / 2;
const DIGITS_WIDTH = HEX_LINE * 3;

function formatLine(line: Buffer): string {
  const groups = [line.subarray(0, GROUP), line.subarray(GROUP)];
  const digits = groups.map((group) => group.toString('hex').replace(/..(?=.)/g, '$& ')).join('  ');
  const characters = line.toString('latin1').replace(/[^ -~]/g, '.');
  return `${digits.trimEnd().padEnd(DIGITS_WIDTH)}  ${characters}`;
}
