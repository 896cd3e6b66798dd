import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { jsonLines, outcomeOf, run, runHere, startProgram, type Line } from './program';
import { makeWorkplace } from './workplace';
import { temporaryDirectory } from '../inbox/temporary';

/** A side that shows a code, in a program of its own. */
async function showCode(keyFile: string, ...args: string[]) {
  const program = startProgram(['pair', '--json', '--port', '0', '--key-file', keyFile, ...args]);
  const lines = createInterface(program.stdout);
  const [first] = (await once(lines, 'line')) as [string];
  const { code, host, port } = JSON.parse(first) as Line;
  return { code: String(code), address: `${String(host)}:${String(port)}`, ended: outcomeOf(program), lines };
}

describe('picklepost pair', () => {
  const newDirectory = temporaryDirectory();

  it('creates the same key on both sides, in files that only their owner can read', async () => {
    const { at } = makeWorkplace(newDirectory());
    const [anna, ben] = [at('anna.key'), at('ben.key')];
    const shown = await showCode(anna, '--name', 'Anna');
    const told = once(shown.lines, 'line');
    const typed = await run(
      ['pair', shown.address, '--key-file', ben, '--name', 'Ben', '--json'],
      `${shown.code}\n`,
    );
    const [guest] = jsonLines(typed.output);
    const host = JSON.parse(((await told) as [string])[0]) as Line;
    assert.deepEqual([guest?.name, host.name], ['Anna', 'Ben']);
    assert.equal(guest?.digits, host.digits);
    assert.equal(readFileSync(anna, 'utf8'), readFileSync(ben, 'utf8'));
    assert.equal(statSync(ben).mode & 0o777, 0o600);
    assert.deepEqual([typed.code, (await shown.ended).code], [0, 0]);
  });

  it('ends on both sides without a key if the code is wrong', async () => {
    const { at } = makeWorkplace(newDirectory());
    const [anna, ben] = [at('anna.key'), at('ben.key')];
    const shown = await showCode(anna);
    const wrong = shown.code.startsWith('42-') ? '43-amber-falcon' : '42-amber-falcon';
    const typed = await run(['pair', shown.address, '--key-file', ben], `${wrong}\n`);
    assert.match(typed.errors, /Wrong pairing code/);
    const host = await shown.ended;
    assert.match(host.errors, /tried a wrong code/);
    assert.deepEqual([typed.code, host.code], [1, 1]);
    for (const file of [anna, ben]) assert.throws(() => statSync(file), { code: 'ENOENT' });
  });

  it('overwrites no key, and asks for no code if it would', async () => {
    const { at } = makeWorkplace(newDirectory(), { 'mine.key': 'mine' });
    for (const args of [['localhost'], ['--port', '0']]) {
      const { code, errors } = await run(['pair', ...args, '--key-file', at('mine.key')]);
      assert.equal(code, 1);
      assert.match(errors, /exists already/);
    }
    assert.equal(readFileSync(at('mine.key'), 'utf8'), 'mine');
  });

  it('shows no code, and asks for none, if its key could not be written', async () => {
    const { at } = makeWorkplace(newDirectory());
    for (const args of [['localhost'], ['--port', '0']]) {
      const { code, output, errors } = await runHere(['pair', ...args, '--key-file', at('nowhere/mine.key')]);
      assert.deepEqual([code, output], [1, '']);
      assert.match(errors, /Cannot write the key file .*the file or folder is not there/);
    }
  });

  it('accepts a code with only the first three letters of each word', async () => {
    const { at } = makeWorkplace(newDirectory());
    const shown = await showCode(at('anna.key'));
    const short = shown.code.replace(/([a-z]{3})[a-z]*/g, '$1');
    const { code, errors } = await run(['pair', shown.address, '--key-file', at('ben.key')], `${short}\n`);
    assert.deepEqual([code, errors], [0, '']);
    assert.equal((await shown.ended).code, 0);
  });

  it('does not use up the code if a word is misspelled', async () => {
    const { at } = makeWorkplace(newDirectory());
    const { code, errors } = await run(
      ['pair', '127.0.0.1:1', '--key-file', at('ben.key')],
      '42 amber falcom\n',
    );
    assert.equal(code, 1);
    assert.match(errors, /no code has the word "falcom"/);
  });

  it('removes characters from a name that hide or reverse other text, and refuses a name that consists of them', async () => {
    const { at } = makeWorkplace(newDirectory());
    const [anna, ben] = [at('anna.key'), at('ben.key')];
    const shown = await showCode(anna, '--name', 'An\u202ena');
    const typed = await run(
      ['pair', shown.address, '--key-file', ben, '--name', 'Zo\u00eb \u{1f952}'],
      `${shown.code}\n`,
    );
    assert.match(typed.output, /^Paired with An na\./);
    assert.match((await shown.ended).output, /"name":"Zo\u00eb \u{1f952}"/u);
    const { code, errors } = await run(['pair', 'localhost', '--key-file', at('x.key'), '--name', '\u202e']);
    assert.equal(code, 2);
    assert.match(errors, /--name needs characters that can be seen/);
  });

  it('refuses a code as an argument', async () => {
    const { code, errors } = await run(['pair', 'localhost', '42-amber-falcon', '--key-file', 'x.key']);
    assert.equal(code, 2);
    assert.match(errors, /Unexpected argument/);
  });
});
