import type { TestPeer } from './testPeer';

/** Receives as a classic server does: answers the last packet of each transfer with OK, and END with its own end. */
export function confirmAll(peer: TestPeer): void {
  let at = 0;
  peer.socket.on('data', () => {
    for (;;) {
      const op = peer.received[at];
      if (op === undefined) return;
      if (op >> 4 === 1) return void peer.socket.end();
      const head = op & 8 ? 4 : 3;
      if (peer.received.length < at + head) return;
      const end = at + head + peer.received.readUInt16BE(at + head - 2);
      if (peer.received.length < end) return;
      at = end;
      if (op & 4) peer.socket.write('OK');
    }
  });
}
