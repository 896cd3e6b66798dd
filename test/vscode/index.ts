// The extension host calls this: it runs every *.test.js beside this file.
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { harnessSource } from '../harness/setup';

export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({ timeout: 20_000, reporter: path.join(harnessSource, 'reporter.cjs') });
  if (process.env.MOCHA_GREP) mocha.grep(process.env.MOCHA_GREP);
  for (const name of fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
