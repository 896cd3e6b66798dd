/*
 * One attack in a process of its own: `attack.js NAME PORT ADDRESSES CONNECTIONS`. It goes on until SIGTERM, or until its parent is gone.
 * An attacker has processors of its own, so that here it must not take those of the server: its priority is the lowest.
 */
import os from 'node:os';
import { ATTACK_NAMES, findAttack } from '../attacks/attacks';
import { Attacker } from '../attacks/attacker';

const [name, port, addresses, connections] = process.argv.slice(2);

os.setPriority(os.constants.priority.PRIORITY_LOW);
void attack();

async function attack(): Promise<void> {
  const known = ATTACK_NAMES.find((one) => one === name);
  if (known === undefined) throw new Error(`There is no attack ${String(name)}.`);
  const strength = { addresses: Number(addresses), connections: Number(connections) };
  const attacker = await Attacker.against(Number(port), strength);
  process.once('SIGTERM', () => attacker.end());
  process.once('disconnect', () => attacker.end());
  process.send?.('begins');
  await findAttack(known).run(attacker);
  process.exit();
}
