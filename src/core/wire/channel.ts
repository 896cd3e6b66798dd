/** A connection, as dialects see it: bytes in order, both ways. `net` implements it over a socket. */
export interface Channel {
  /** Address of the other side, `host:port`. */
  readonly peer: string;

  /**
   * The next bytes, whatever their number (at least one), whose memory is the reader's from then on.
   * @param quietAfter milliseconds of silence after which `'quiet'` is returned instead; 0 looks only at what has already arrived
   * @returns `'end'`, from then on always, once the peer has ended its sending side in good order
   * @throws PicklepostError `connection-lost`, or `cancelled` when this side gave up
   */
  read(quietAfter: number): Promise<Buffer | 'end' | 'quiet'>;

  /**
   * Settles when there is room for more. The bytes, which must not change until the peer has them, go out whole or not at all: when
   * this side gives up in the middle, the rest of them is handed over at once.
   * @throws CancelledError if this side had given up before; then nothing went out. PicklepostError as {@link read}, and `timeout`
   */
  write(...parts: readonly Uint8Array[]): Promise<void>;

  /**
   * Ends the sending side, in good order; the peer may go on. Possible even when this side has given up, so that the peer can be told.
   * A channel that is closed without it is reset, by which the peer knows that what it has is not whole.
   * @param last bytes to write before
   * @returns when everything has been handed to the system
   * @throws PicklepostError `connection-lost`, `timeout`
   */
  end(last?: Uint8Array): Promise<void>;
}
