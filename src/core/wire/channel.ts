/** A connection as dialects see it: a sequence of bytes in each direction. `net` implements it over a socket. */
export interface Channel {
  /** Address of the other side, `host:port`. */
  readonly peer: string;

  /**
   * The next bytes, at least one. The reader owns their memory from then on.
   * @param quietAfter milliseconds of silence after which `'quiet'` is returned instead; 0 checks only what has already
   * arrived
   * @returns `'end'`, from then on always, once the peer has ended its sending side regularly
   * @throws PicklepostError `connection-lost`, or `cancelled` if this side has given up
   */
  read(quietAfter: number): Promise<Buffer | 'end' | 'quiet'>;

  /**
   * Settles when there is room for more. The bytes, which must not change until the peer has them, are sent completely or
   * not at all: if this side gives up in the middle, the rest is handed over at once.
   * @throws CancelledError if this side had given up before; then nothing was sent. PicklepostError as {@link read}, and
   * `timeout`
   */
  write(...parts: readonly Uint8Array[]): Promise<void>;

  /**
   * Ends the sending side regularly; the peer may continue to send. Possible even if this side has given up, so that the
   * peer can be told. A channel that is closed without it is reset, which tells the peer that its data are incomplete.
   * @param last bytes to write before
   * @returns when everything has been handed to the system
   * @throws PicklepostError `connection-lost`, `timeout`
   */
  end(last?: Uint8Array): Promise<void>;
}
