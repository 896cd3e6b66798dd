import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { messagesIn } from '../harness/messages';

const ADVICE = 'run "npm run messages", and translate what is null';
const root = path.join(__dirname, '../../..');

function read(file: string): Record<string, string | null> {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, string | null>;
}

function placesIn(text: string): string[] {
  return [...new Set(text.match(/\{\d+\}/g))].sort();
}

const { messages, problems } = messagesIn(path.join(root, 'src'));
const bundles = readdirSync(path.join(root, 'l10n')).map((name) => path.join('l10n', name));
const languages = readdirSync(root).filter((name) => /^package\.nls\.\w+\.json$/.test(name));

describe('the translations', () => {
  it('are only of messages that exist in the source', () => {
    assert.deepEqual(problems, []);
    assert.ok(messages.size > 300);
  });

  for (const bundle of bundles)
    it(`in ${bundle} have every message with its placeholders, and nothing else`, () => {
      const texts = read(bundle);
      assert.deepEqual(Object.keys(texts).sort(), [...messages].sort(), ADVICE);
      for (const [message, text] of Object.entries(texts)) {
        assert.ok(text, `"${message}" is not translated: ${ADVICE}`);
        assert.deepEqual(placesIn(text), placesIn(message), `"${text}" has other values than "${message}"`);
      }
    });

  for (const language of languages)
    it(`in ${language} have every text of package.json, with its links and code`, () => {
      const english = read('package.nls.json');
      const texts = read(language);
      assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
      for (const [key, text] of Object.entries(texts)) {
        const parts = (of: string | null | undefined) =>
          [...(of ?? '').matchAll(/`[^`]*`|\(command:[^)]*\)|\{\w+\}/g)].map(String).sort();
        assert.deepEqual(parts(text), parts(english[key]), key);
      }
    });

  it('are complete for at least one language besides English', () => {
    assert.ok(bundles.length >= 2 && languages.length >= 1);
  });
});
