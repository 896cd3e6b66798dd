import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { EphemeralKey } from '../../../src/core/crypto/x25519';
import { sealPiece } from '../../../src/core/crypto/tokenStream';
import { encodeHello } from '../../../src/core/wire/native/handshake/hello';
import { PREAMBLE } from '../../../src/core/wire/native/session/frames';
import { AttackedServer } from '../../attacks/attackedServer';
import { Attacker, write } from '../../attacks/attacker';
import { sendHonestItem } from '../../attacks/honestSender';

/** Bytes of the server process, whoever does whatever to it: 400 MB. */
const MEMORY = 400_000_000;
const STRENGTH = { addresses: 16, connections: 125 };
const PART = 60_000;
/** Connections that are opened at once: those beyond what a server takes wait for a place. */
const AT_ONCE = 250;

type Kind = readonly [what: string, open: (attacker: Attacker, from: string) => Promise<unknown>];

/** A connection over which some bytes go, and nothing more. */
function saying(what: string, bytes: Uint8Array): Kind {
  return [
    what,
    async (attacker, from) => {
      const socket: Socket = await attacker.connect(from);
      await write(socket.resume(), bytes);
    },
  ];
}

const hello = Buffer.concat([PREAMBLE, encodeHello('none', EphemeralKey.generate())]);
const packet = Buffer.concat([Buffer.from('0c00ffff', 'hex'), Buffer.alloc(PART, 0x61)]);

const KINDS: readonly Kind[] = [
  saying('that say nothing', Buffer.of()),
  saying('of the native dialect before the greeting', PREAMBLE.subarray(0, 4)),
  saying('of the native dialect in the middle of the greeting', hello),
  [
    'of the native dialect after the greeting',
    async (attacker, from) => void (await attacker.openSession(from)).listen(),
  ],
  ['of the native dialect with items that never end', leaveItemsOpen],
  saying('of the classic dialect with one byte', Buffer.of(0x0c)),
  saying('of the classic dialect in the middle of a packet', packet),
  saying('of the raw dialect in the middle of a value', Buffer.from(`{"a": "${'x'.repeat(PART)}`)),
];

/** Some items that are offered, and of which no piece comes whole. */
async function leaveItemsOpen(attacker: Attacker, from: string): Promise<void> {
  const peer = await attacker.openSession(from);
  void peer.listen();
  const key = FernetKey.generate();
  for (let left = 8; left > 0; left--) {
    const item = peer.nextItem();
    const about = { kind: 'file', name: 'x'.repeat(1000), key: key.toText() } as const;
    const transfer = `${from}${String(item)}`.replaceAll('.', '').padStart(32, '0');
    await peer.session.send({ type: 'offer', item, transfer, ...about });
    await peer.session.sendPiece(item, sealPiece(key, 0, true, Buffer.alloc(10_000)));
  }
}

/** With `PICKLEPOST_KINDS=each`, two thousand of each kind by itself too. */
const MIXES: readonly Kind[][] = [
  [...KINDS],
  ...(process.env.PICKLEPOST_KINDS === 'each' ? KINDS.map((kind) => [kind]) : []),
];

describe('A receive server with two thousand hostile connections', function () {
  this.timeout(120_000);
  afterEach(() => AttackedServer.stopAll());

  for (const kinds of MIXES)
    it(`${kinds.length > 1 ? 'of all kinds' : (kinds[0]?.[0] ?? '')} stays within its memory budget, and receives an honest item`, async () => {
      const server = await AttackedServer.start();
      const attacker = await Attacker.against(server.port, STRENGTH);
      let opened = 0;
      try {
        await attacker.forEach(
          STRENGTH.addresses * STRENGTH.connections,
          async (i) => {
            await kinds[i % kinds.length]?.[1](attacker, attacker.addressOf(Math.floor(i / kinds.length)));
            opened++;
          },
          AT_ONCE,
        );
        const { sha256 } = await sendHonestItem(server.port, 'native');
        assert(await server.untilReceived(sha256), 'the item is not there');
        const { memory = 0, descriptors = 0 } = server.gauges();
        if (process.env.PICKLEPOST_KINDS !== undefined)
          process.stdout.write(
            `      ${String(opened)} opened, ${(memory / 1e6).toFixed(0)} MB, ${String(descriptors)} descriptors\n`,
          );
        assert(memory < MEMORY, `${String(memory)} bytes of memory`);
      } finally {
        attacker.end();
      }
      assert(server.isRunning);
    });
});
