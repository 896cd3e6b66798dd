/**
 * Brings the bundles in `l10n/` up to date: `bundle.l10n.json` for translators, and in each translation what is new, as `null`, and nothing
 * of what is no longer said. A test fails until what is new has been translated.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messagesIn } from './messages';

type Bundle = Record<string, string | null>;

const root = path.join(__dirname, '../../..');
const folder = path.join(root, 'l10n');
const messages = [...messagesIn(path.join(root, 'src')).messages].sort();

write('bundle.l10n.json', Object.fromEntries(messages.map((message) => [message, message])));
for (const name of readdirSync(folder)) {
  if (!/^bundle\.l10n\.\w+\.json$/.test(name) || name === 'bundle.l10n.json') continue;
  const before = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Bundle;
  const after = Object.fromEntries(messages.map((message) => [message, before[message] ?? null]));
  write(name, after);
  console.log(`${name}: ${String(Object.values(after).filter((text) => text === null).length)} to translate`);
}

function write(name: string, bundle: Bundle): void {
  writeFileSync(path.join(folder, name), `${JSON.stringify(bundle, undefined, 2)}\n`);
}
