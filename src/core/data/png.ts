import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from '../arrays/picture';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BITS = 8;
const COLOR = 2;
const COLOR_AND_ALPHA = 6;

/** A PNG file (ISO/IEC 15948): 8 bits each of red, green and blue, and of alpha if the picture is not opaque. */
export function encodePng(picture: Picture): Buffer {
  const { width, height, rgba } = picture;
  const isOpaque = hasNoAlpha(rgba);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = EIGHT_BITS;
  header[9] = isOpaque ? COLOR : COLOR_AND_ALPHA;
  const lines = isOpaque ? scanLines(picture, 3) : scanLines(picture, 4);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function hasNoAlpha(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0xff) return false;
  return true;
}

/** Each line after the number of its filter (none). */
function scanLines({ width, height, rgba }: Picture, channels: 3 | 4): Buffer {
  const lines = Buffer.alloc(height * (1 + width * channels));
  let to = 0;
  for (let row = 0; row < height; row++) {
    to++;
    for (let at = row * width * 4; at < (row + 1) * width * 4; at += 4)
      for (let channel = 0; channel < channels; channel++) lines[to++] = rgba[at + channel] ?? 0;
  }
  return lines;
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}
