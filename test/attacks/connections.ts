/* Attacks by many connections, over which little or nothing comes. */
import { randomBytes } from 'node:crypto';
import { encodeFrameHead, FRAME_TYPES, PREAMBLE } from '../../src/core/wire/native/session/frames';
import { encodeHello } from '../../src/core/wire/native/handshake/hello';
import { FernetKey } from '../../src/core/crypto/keys';
import { EphemeralKey } from '../../src/core/crypto/x25519';
import { write, type Attacker } from './attacker';

/** More connections than a server takes, from every address, which say nothing. */
export async function stayIdle(attacker: Attacker): Promise<void> {
  await attacker.keep(attacker.connections, (from) => attacker.connect(from));
}

/** Connections that begin a raw value each, and drip white space into it for ever. */
export async function drip(attacker: Attacker): Promise<void> {
  await attacker.keep(attacker.connections, async (from) => {
    const socket = await attacker.connect(from);
    socket.resume().write('{');
    const dripping = setInterval(() => socket.write(' '), DRIP);
    socket.once('close', () => clearInterval(dripping));
    return socket;
  });
}

/** Native sessions that offer nothing, and say again and again that they are there. */
export async function ping(attacker: Attacker): Promise<void> {
  await attacker.keep(attacker.connections, async (from) => {
    const peer = await attacker.openSession(from);
    void peer.listen();
    const pinging = setInterval(() => void peer.session.send({ type: 'ping' }).catch(() => undefined), DRIP);
    peer.socket.once('close', () => clearInterval(pinging));
    return peer.socket;
  });
}

/** Handshakes that are begun as fast as they can be, and left at the first answer. */
export async function sayHello(attacker: Attacker): Promise<void> {
  const hello = Buffer.concat([PREAMBLE, encodeHello('none', EphemeralKey.generate())]);
  await attacker.again(() =>
    attacker.forEach(FLOOD, async (i) => {
      const socket = await attacker.connect(attacker.addressOf(i));
      socket.write(hello);
      await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
      socket.resetAndDestroy();
    }),
  );
}

/** Connections that are reset after some bytes of each dialect, or of none. */
export async function resetConnections(attacker: Attacker): Promise<void> {
  const hello = Buffer.concat([PREAMBLE, encodeHello('none', EphemeralKey.generate())]);
  const starts = [
    ...[hello, hello.subarray(0, 20), Buffer.from('0c0000056865', 'hex'), Buffer.from('080000056865', 'hex')],
    ...['{"a":', 'text', '\u0080\u0004', 'gAAAAABl', '<a>', '', '\u0089', 'GET / HTTP/1.1\r\n'].map((text) =>
      Buffer.from(text, 'latin1'),
    ),
  ];
  await attacker.again(() =>
    attacker.forEach(FLOOD, async (i) => {
      const socket = await attacker.connect(attacker.addressOf(i));
      await write(socket, starts[i % starts.length] ?? Buffer.alloc(0));
      socket.resetAndDestroy();
    }),
  );
}

/** Sessions that are opened, and left as they are. */
export async function leaveSessions(attacker: Attacker): Promise<void> {
  await attacker.keep(attacker.connections, async (from) => {
    const peer = await attacker.openSession(from);
    void peer.listen();
    return peer.socket;
  });
}

/** Connections that end their own side, in the middle of something or before they have said anything, and stay. */
export async function halfClose(attacker: Attacker): Promise<void> {
  const starts = ['{"a":[1,', '', '0c0000ff', '<a><b>', '\u0080\u0004}(', 'half a text'].map((text) =>
    Buffer.from(text, 'latin1'),
  );
  let count = 0;
  await attacker.keep(attacker.connections, async (from) => {
    const socket = await attacker.connect(from);
    socket.end(starts[count++ % starts.length] ?? Buffer.alloc(0));
    return socket;
  });
}

/** Keys that nobody has, one after another. */
export async function tryKeys(attacker: Attacker): Promise<void> {
  await attacker.again(() =>
    attacker.forEach(FLOOD / 4, async (i) => {
      const peer = await attacker.openSession(attacker.addressOf(i), FernetKey.generate());
      peer.socket.destroy();
    }),
  );
}

/** Attempts to pair, where nobody shows a code. */
export async function askToPair(attacker: Attacker): Promise<void> {
  await attacker.again(() =>
    attacker.forEach(FLOOD / 4, async (i) => {
      const peer = await attacker.openSession(attacker.addressOf(i), undefined, 'pairing');
      peer.socket.destroy();
    }),
  );
}

/** First bytes of other programs that reach a wrong port, such as a page in a browser. */
export async function postFromPage(attacker: Attacker): Promise<void> {
  const requests = [
    'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://other.example\r\nContent-Length: 5\r\n\r\nhello',
    'GET /favicon.ico HTTP/1.1\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    'SSH-2.0-OpenSSH_9.2\r\n',
    `\u0000\u0003\u0000\u0000!\u0012\u00a4B${'\u0000'.repeat(12)}`,
  ].map((text) => Buffer.from(text, 'latin1'));
  await attacker.again(() =>
    attacker.forEach(FLOOD, async (i) => {
      const socket = await attacker.connect(attacker.addressOf(i));
      socket.end(requests[i % requests.length] ?? Buffer.alloc(0));
      await new Promise((resolve) => socket.resume().once('close', resolve).once('end', resolve));
      socket.destroy();
    }),
  );
}

/** Bytes and frames that mean nothing, with lengths that promise much. */
export async function talkNonsense(attacker: Attacker): Promise<void> {
  const longest = encodeFrameHead(FRAME_TYPES.data, 0xffff_fff0);
  await attacker.again(() =>
    attacker.forEach(FLOOD / 4, async (i) => {
      if (i % 2 === 0) {
        const socket = await attacker.connect(attacker.addressOf(i));
        await write(socket.resume(), Buffer.concat([i % 4 === 0 ? PREAMBLE : longest, randomBytes(2000)]));
        socket.resetAndDestroy();
      } else {
        const peer = await attacker.openSession(attacker.addressOf(i));
        await write(peer.socket, i % 4 === 1 ? longest : randomBytes(200));
        await peer.listen();
        peer.socket.destroy();
      }
    }),
  );
}

/** Milliseconds between two signs of life. */
const DRIP = 1_000;
/** Connections of one round of a flood. */
const FLOOD = 256;
