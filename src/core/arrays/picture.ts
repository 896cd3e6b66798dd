/** Samples of a picture, rows from the top, channels together: RGBA, 8 bits each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `width * height * 4` bytes. */
  readonly rgba: Uint8Array;
}
