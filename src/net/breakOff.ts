import type { Socket } from 'node:net';

/**
 * Closes a connection so that its peer cannot take what has come for all: with a reset, unless everything and the end are on their way.
 * A reset in the middle of ending fails (`uv_tcp_close_reset` says EINVAL), and a socket of which it failed is never closed.
 */
export function breakOff(socket: Socket): void {
  const isEnding = socket.writableEnded && socket.writableLength === 0;
  if (isEnding) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
