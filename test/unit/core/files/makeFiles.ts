import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
  readonly isDeflated?: boolean;
  /** False entries of the directory. */
  readonly claims?: { readonly size?: number; readonly packedSize?: number; readonly offset?: number };
}

/** A zip archive. */
export function makeZip(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const packed = file.isDeflated ? deflateRawSync(file.content) : Buffer.from(file.content);
    const name = Buffer.from(file.name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(file.isDeflated ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(file.content), 10);
    fields.writeUInt32LE(file.claims?.packedSize ?? packed.length, 14);
    fields.writeUInt32LE(file.claims?.size ?? file.content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const end = Buffer.alloc(14);
    end.writeUInt32LE(file.claims?.offset ?? offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, end, name);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed]);
    parts.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}

/** A `.npy` file of version 1 with the header as it is given. */
export function makeNpy(header: string, data: Uint8Array): Buffer {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const start = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  start.writeUInt16LE(text.length, 8);
  return Buffer.concat([start, text, data]);
}

export function makeSafetensors(header: unknown, data: Uint8Array): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}
