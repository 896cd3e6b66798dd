import type { Socket } from 'node:net';

/**
 * Closes a connection so that its peer does not take the data so far for everything: with a reset, unless all data and the
 * end have been handed over. A reset while the connection is ending fails (`uv_tcp_close_reset` returns EINVAL), and a
 * socket on which it failed is never closed.
 */
export function breakOff(socket: Socket): void {
  const isEnding = socket.writableEnded && socket.writableLength === 0;
  if (isEnding) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
