import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import {
  commandId,
  COMMANDS,
  CONTEXT_KEYS,
  FOCUSED_ROWS,
  FOCUSED_SENT,
  PICKLE_EDITORS,
  RECEIVED_VIEW,
  SENT_VIEW,
} from '../../../src/editor/shell/names';
import { projectRoot } from '../../harness/setup';

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string }[];
    keybindings: { command: string; args?: unknown; when?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    customEditors: { viewType: string; priority: string; selector: { filenamePattern: string }[] }[];
    views: Record<string, { id: string }[]>;
    configuration: { properties: Record<string, { default?: unknown }> }[];
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

const manifestText = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(path.join(projectRoot, 'package.nls.json'), 'utf8')) as Record<
  string,
  string
>;
const settings = Object.assign(
  {},
  ...manifest.contributes.configuration.map(({ properties }) => properties),
) as Manifest['contributes']['configuration'][0]['properties'];

describe('package.json and the code', () => {
  it('name the same commands', () => {
    assert.deepEqual(
      manifest.contributes.commands.map(({ command }) => command).sort(),
      COMMANDS.map(commandId).sort(),
    );
  });

  it('give every command the category Picklepost', () => {
    for (const { command, category } of manifest.contributes.commands)
      assert.equal(category, 'Picklepost', command);
  });

  it('call the commands that scripts and people rely on by their exact titles', () => {
    const titles = manifest.contributes.commands.map(({ title }) => texts[title.slice(1, -1)]);
    for (const title of [
      'Start receive server',
      'Stop receive server',
      'Send file to server',
      'Send dictionary to server',
      'Generate encryption key',
      'Import encryption key from file',
      'Export encryption key to file',
      'Show log',
    ]) {
      assert.ok(titles.includes(title), title);
    }
  });

  it('put only commands into menus that exist', () => {
    const known = new Set(COMMANDS.map(commandId));
    for (const [menu, entries] of Object.entries(manifest.contributes.menus)) {
      for (const { command } of entries) assert.ok(known.has(command), `${command} in ${menu}`);
    }
  });

  it('have keys act on the row with the focus where menus act on the row that they are opened on', () => {
    const ofRows = manifest.contributes.menus['view/item/context']?.map(({ command }) => command);
    for (const { command, args, when = '' } of manifest.contributes.keybindings) {
      const isOfSelection = when.includes('listDoubleSelection') && !when.includes('!listDoubleSelection');
      const isInSent = when.includes(`focusedView == ${SENT_VIEW}`);
      if ((!isInSent && !when.includes(`focusedView == ${RECEIVED_VIEW}`)) || !ofRows?.includes(command))
        continue;
      const ofFocus = isInSent ? FOCUSED_SENT : FOCUSED_ROWS;
      assert.equal(args, isOfSelection ? undefined : ofFocus, command);
    }
  });

  it('name the same view and context keys', () => {
    assert.deepEqual(
      Object.values(manifest.contributes.views)
        .flat()
        .map(({ id }) => id),
      [RECEIVED_VIEW, SENT_VIEW],
    );
    for (const key of Object.values(CONTEXT_KEYS)) assert.ok(manifestText.includes(key), key);
  });

  it('name the same editors, of which only one per file opens by itself', () => {
    const editors = manifest.contributes.customEditors;
    assert.deepEqual(editors.map(({ viewType }) => viewType).sort(), [...PICKLE_EDITORS].sort());
    const patterns = editors.flatMap(({ priority, selector }) =>
      selector.map(({ filenamePattern }) => [filenamePattern, priority]),
    );
    assert.deepEqual(patterns, [
      ['*.pkl', 'default'],
      ['*.pickle', 'default'],
      // Pascal, Prolog and others use it too.
      ['*.p', 'option'],
    ]);
  });

  it('name the same settings, each with a default', () => {
    const source = readFileSync(path.join(projectRoot, 'src/editor/shell/settings.ts'), 'utf8');
    const read = [...source.matchAll(/get(?:<[^>]+>)?\('([\w.]+)'\)/g)].map(
      (match) => `picklepost.${String(match[1])}`,
    );
    assert.deepEqual(Object.keys(settings).sort(), read.sort());
    for (const [key, { default: value }] of Object.entries(settings)) assert.notEqual(value, undefined, key);
  });

  it('accept items of the same size in the editor and on the command line, unless told', () => {
    const megabytes = settings['picklepost.server.maximumItemSize']?.default as number;
    assert.equal(megabytes * 1000 * 1000, DEFAULT_LIMITS.itemSize);
  });

  it('restrict only settings that exist', () => {
    for (const key of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)
      assert.ok(key in settings, key);
  });

  it('have a text for every placeholder, and a placeholder for every text', () => {
    const used = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map((match) => String(match[1])));
    assert.deepEqual([...used].sort(), Object.keys(texts).sort());
  });

  it('refer only to media that exist', () => {
    const media = new Set(readdirSync(path.join(projectRoot, 'media')));
    for (const [, name] of manifestText.matchAll(/"media\/([^"/]+)"/g))
      assert.ok(media.has(String(name)), name);
  });
});
