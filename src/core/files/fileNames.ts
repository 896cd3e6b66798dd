/** Extensions of files that `core/files` reads: pickles, arrays and tensors. */
const KNOWN = /\.(?:pkl|pickle|npy|npz|joblib|pt|pth|ckpt|safetensors)$/i;

const COMPRESSED = /\.(?:gz|bz2|xz|lzma|zst|lz4|zlib|z)$/i;

/** The name without the extension of the compression. */
export function withoutCompression(name: string): string {
  return name.replace(COMPRESSED, '');
}

/** Whether the name of a file says that it holds pickles, arrays or tensors. */
export function isDataFileName(name: string): boolean {
  return KNOWN.test(withoutCompression(name));
}
