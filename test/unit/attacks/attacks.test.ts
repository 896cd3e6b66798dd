import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { DialectName } from '../../../src/core/wire/dialects';
import { ATTACK_NAMES, findAttack, type Attack } from '../../attacks/attacks';
import { AttackedServer } from '../../attacks/attackedServer';
import { Attacker } from '../../attacks/attacker';
import { sendHonestItem } from '../../attacks/honestSender';

const MEBIBYTE = 1024 * 1024;
/** Bytes of the server process, whoever does whatever to it: 400 MB. */
const MEMORY = 400_000_000;
/** More than the server takes of one address and of all, and so few that the other tests have a processor; `npm run soak` has more. */
const STRENGTH = { addresses: 2, connections: 80, pause: 100 };
/** Descriptors of the server, which allow it 128 connections, half of them from one address. */
const DESCRIPTORS = 640;
/** Bytes of unfinished items that these attacks may leave, of which none leaves a beginning of more than a piece but one. */
const UNFINISHED = 1200 * MEBIBYTE;
const DIALECTS: readonly DialectName[] = ['native', 'classic', 'raw'];

describe('A receive server under attack takes honest items in all dialects at once and stays within its budgets', function () {
  this.timeout(60_000);
  afterEach(() => AttackedServer.stopAll());

  for (const name of ATTACK_NAMES) {
    const attack: Attack = findAttack(name);
    it(`while there are ${attack.what}`, async () => {
      const isStrict = attack.needsRequiredEncryption ?? false;
      const server = await AttackedServer.start(
        isStrict ? ['--require-encryption', '--dialects', 'native,raw'] : ['--print'],
        DESCRIPTORS,
      );
      const attacker = await Attacker.against(server.port, STRENGTH);
      const attacking = attack.run(attacker);
      try {
        await attacker.underWay;
        const key = isStrict ? server.key : undefined;
        const send = async (dialect: DialectName): Promise<void> => {
          const { sha256, refusals } = await sendHonestItem(server.port, dialect, key);
          assert(await server.untilReceived(sha256), 'the item is not there');
          if (attacker.isElsewhere) assert.equal(refusals, 0);
        };
        await Promise.all((isStrict ? (['native'] as const) : DIALECTS).map(send));
        keepsToBudgets(server);
      } finally {
        attacker.end();
        await attacking;
      }
      assert(server.isRunning);
    });
  }
});

function keepsToBudgets(server: AttackedServer): void {
  const { memory = 0, descriptors = 0, unfinished } = server.gauges();
  assert(memory < MEMORY, `${String(memory)} bytes of memory`);
  assert(descriptors < (server.descriptorLimit ?? Infinity) / 2, `${String(descriptors)} descriptors`);
  assert(unfinished < UNFINISHED, `${String(unfinished)} bytes unfinished`);
}
