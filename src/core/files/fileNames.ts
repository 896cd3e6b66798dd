/** Extensions of files that `core/files` reads: pickles, arrays and tensors. */
const KNOWN = /\.(?:pkl|pickle|npy|npz|joblib|pt|pth|ckpt|safetensors)$/i;

const COMPRESSED = /\.(?:gz|bz2|xz|lzma|zst|lz4|zlib|z)$/i;

/** A file name without the extension of its compression. */
export function withoutCompression(name: string): string {
  return name.replace(COMPRESSED, '');
}

/** Whether a file has the extension of pickles, arrays or tensors. */
export function isDataFileName(name: string): boolean {
  return KNOWN.test(withoutCompression(name));
}
