import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FORMAT_WORDS } from '../../../src/core/codecs/formats';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { DEFAULT_DIALECT, DIALECT_NAMES, dialects } from '../../../src/core/wire/dialects';
import {
  commandId,
  COMMANDS,
  COMMANDS_OF_APP,
  CONTEXT_KEYS,
  FOCUSED_ROWS,
  FOCUSED_SENT,
  PICKLE_EDITORS,
  RECEIVED_VIEW,
  SENT_VIEW,
  SERVERS_VIEW,
} from '../../../src/editor/shell/names';
import { ROW_COMMANDS } from '../../../src/webview/messages';
import { projectRoot } from '../../harness/setup';
import { inEnglish } from '../../../src/core/text';

interface Manifest {
  contributes: {
    commands: { command: string; title: string; category: string }[];
    keybindings: { command: string; key: string; mac?: string; args?: unknown; when?: string }[];
    menus: Record<string, { command: string; when?: string; group?: string }[]>;
    customEditors: {
      viewType: string;
      priority: string | Record<'textEditor' | 'diffEditor' | 'mergeEditor', string>;
      selector: { filenamePattern: string }[];
    }[];
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; contents: string; when?: string }[];
    walkthroughs: { steps: { id: string; completionEvents?: string[] }[] }[];
    configuration: {
      properties: Record<string, { default?: unknown; enum?: unknown[]; order?: number; scope?: string }>;
    }[];
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
}

/** A value that is one of some, in package.json. */
interface Choice {
  enum: string[];
  default: string;
  enumDescriptions: string[];
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

/** What a row says of itself for `viewItem`, as it is written in the code, with examples. */
const ROWS: Record<string, readonly string[]> = {
  "'item', item.kind, 'readable', ...(state.savedPath === undefined ? [] : ['saved']), ...(!namesCode(item.format) ? [] : state.isStored ? ['stored'] : ['pickle']),":
    [
      'item file readable',
      'item text readable',
      'item dictionary readable saved',
      'item dictionary readable pickle',
      'item dictionary readable stored',
    ],
  group: ['group'],
  range: ['range'],
  question: ['question'],
  offered: ['offered'],
  notice: ['notice'],
  'item damaged': ['item damaged'],
  'item partial': ['item partial'],
  'value ${info.type}${recognition(info)}': [
    'value dict',
    'value str',
    'value object known',
    'value object stored',
  ],
  'sent ${entry.state}': ['sent sending', 'sent waiting', 'sent sent', 'sent failed', 'sent cancelled'],
  "'server', source, ...kinds": [
    'server paired',
    'server saved',
    'server saved default',
    'server recent',
    'server nearby',
    'server saved inbox',
    'server saved inbox default',
  ],
  servers: ['servers'],
  'own ${state.kind}': ['own stopped', 'own starting', 'own listening', 'own stopping', 'own failed'],
};

/** Pickles are shown as values also beside one another, and a merge is left to VS Code. */
const PICKLES_SHOWN = { textEditor: 'default', diffEditor: 'default', mergeEditor: 'option' };

/** Every condition in package.json. */
function conditions(): string[] {
  const { menus, keybindings, viewsWelcome } = manifest.contributes;
  return [...Object.values(menus).flat(), ...keybindings, ...viewsWelcome].flatMap(({ when }) => when ?? []);
}

/** Extensions of files that the editor of pickles opens by itself. */
const DATA_NAMES = ['pkl', 'pickle', 'npy', 'npz', 'joblib', 'pt', 'pth', 'ckpt', 'safetensors'];

describe('package.json and the code', () => {
  it('name the same commands', () => {
    assert.deepEqual(
      manifest.contributes.commands.map(({ command }) => command).sort(),
      COMMANDS.map(commandId).sort(),
    );
  });

  it('name the same formats', () => {
    assert.deepEqual(settings['picklepost.send.format']?.enum, ['ask', ...FORMAT_WORDS]);
  });

  it('give every command the category Picklepost', () => {
    for (const { command, category } of manifest.contributes.commands)
      assert.equal(category, 'Picklepost', command);
  });

  it('keep the exact titles of the commands that people rely on', () => {
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

  it('hide only the commands on rows from the palette', () => {
    const ofRows = new Set(['view/item/context', 'view/title', 'webview/context']);
    const { commandPalette = [], ...menus } = manifest.contributes.menus;
    const inPalette = (command: string) =>
      commandPalette.every((entry) => entry.command !== command || entry.when !== 'false');
    const isElsewhere = (command: string) =>
      Object.entries(menus).some(
        ([menu, entries]) => !ofRows.has(menu) && entries.some((entry) => entry.command === command),
      );
    const callable = COMMANDS.map(commandId).filter((command) => inPalette(command) || isElsewhere(command));
    const ofApp = COMMANDS_OF_APP.map(commandId);
    assert.deepEqual(
      ofApp.filter((command) => callable.includes(command)),
      [],
    );
    assert.equal(ofApp.length + callable.length, COMMANDS.length);
  });

  it('pass the focused row to keys of commands that menus run on a row', () => {
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
      [RECEIVED_VIEW, SERVERS_VIEW, SENT_VIEW],
    );
    for (const key of Object.values(CONTEXT_KEYS)) assert.ok(manifestText.includes(key), key);
  });

  it('bind keys only to commands that exist, and never to a key that types a character on some keyboards', () => {
    const known = new Set(COMMANDS.map(commandId));
    for (const { command, key } of manifest.contributes.keybindings) {
      assert.ok(known.has(command), `${command} on ${key}`);
      // Ctrl+Alt is AltGr.
      assert.doesNotMatch(key, /ctrl\+alt/, command);
    }
  });

  it('ask only for context keys that the code sets', () => {
    const known = new Set<string>([...Object.values(CONTEXT_KEYS), RECEIVED_VIEW, SENT_VIEW, SERVERS_VIEW]);
    for (const when of conditions())
      for (const [key] of when.matchAll(/\bpicklepost\.\w+/g)) assert.ok(known.has(key), `${key} in ${when}`);
  });

  it('have menus on the rows of pages only for the commands of pages', () => {
    const ofPages = manifest.contributes.menus['webview/context'] ?? [];
    const known = new Set<string>(ROW_COMMANDS.map(commandId));
    assert.ok(ofPages.length > 0);
    for (const { command } of ofPages) assert.ok(known.has(command), command);
    const ofView = manifest.contributes.menus['view/item/context']?.map(({ command }) => command);
    for (const command of known) {
      assert.ok(ofView?.includes(command), `${command} is not in the menu of the view "Received"`);
      assert.ok(
        ofPages.some((entry) => entry.command === command),
        `${command} is not in the menu of pages`,
      );
    }
  });

  it('use in the conditions of these menus only the context of rows in pages', () => {
    const page = readFileSync(path.join(projectRoot, 'src/webview/tree.ts'), 'utf8');
    const said = /function menuContext[^]*?JSON\.stringify\(\{([^]*?)\}\)/.exec(page)?.[1] ?? '';
    const given = new Set(['webviewId', ...said.replace(/'[^']*'/g, '').split(/\W+/)]);
    for (const { when = '' } of manifest.contributes.menus['webview/context'] ?? [])
      for (const [, key = ''] of when.matchAll(/(?<![\w.\\^/])([a-z]\w*) (?:==|=~)/g))
        assert.ok(given.has(key), `${key} in ${when}`);
  });

  it('link from welcome texts and walkthroughs only to commands that exist', () => {
    const known = new Set([
      ...COMMANDS.map(commandId),
      ...[RECEIVED_VIEW, SENT_VIEW, SERVERS_VIEW].map((view) => `${view}.focus`),
    ]);
    const welcome = manifest.contributes.viewsWelcome.map(
      ({ contents }) => texts[contents.slice(1, -1)] ?? contents,
    );
    const events = manifest.contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ completionEvents = [] }) => completionEvents),
    );
    const named = [...Object.values(texts), ...welcome, ...events].flatMap((text) =>
      [...text.matchAll(/(?:\(command:|onCommand:)(picklepost\.[\w.]+)/g)].map(([, command]) =>
        String(command),
      ),
    );
    assert.ok(named.length > 0);
    for (const command of named) assert.ok(known.has(command), command);
  });

  it('have menus only for existing kinds of rows, and for all of them', () => {
    const editor = path.join(projectRoot, 'src/editor');
    const sources = readdirSync(editor, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(editor, file), 'utf8'));
    const kinds = sources.flatMap((source) =>
      [...source.matchAll(/contextValue = (?:'([^']+)'|`([^`]+)`|\[([^;]+)\]\.join)/g)].map(
        ([, fixed, template, list]) => fixed ?? template ?? list?.replace(/\s+/g, ' ').trim() ?? '',
      ),
    );
    assert.deepEqual([...new Set(kinds)].sort(), Object.keys(ROWS).sort());
    const rows = Object.values(ROWS).flat();
    for (const when of conditions()) {
      for (const [, pattern = '', word = ''] of when.matchAll(/viewItem (?:=~ \/(.+?)\/(?= |$)|== (\w+))/g)) {
        const isMet = rows.some((row) => (word === '' ? new RegExp(pattern).test(row) : row === word));
        assert.ok(isMet, `no row has ${when}`);
      }
      assert.doesNotMatch(when, /viewItem (?!=~ \/.+\/|== \w)/);
    }
  });

  it('give no two entries of a menu the same position unless their conditions differ, and no two settings', () => {
    for (const [menu, entries] of Object.entries(manifest.contributes.menus)) {
      const places = entries
        .filter(({ group }) => group?.includes('@'))
        .map(({ group, when }) => `${group ?? ''} ${when ?? ''}`);
      assert.deepEqual(places, [...new Set(places)], menu);
    }
    const orders = Object.values(settings).map(({ order }) => order);
    assert.deepEqual(orders, [...new Set(orders)]);
  });

  it('do not let a workspace open a port, change what is accepted, or choose where files are saved', () => {
    const open = Object.entries(settings).filter(([, { scope }]) => scope !== 'machine');
    assert.deepEqual(open.map(([key]) => key.slice('picklepost.'.length)).sort(), [
      'bufferSize',
      'receive.notify',
      'send.format',
      'send.keepPaths',
      'send.wait',
    ]);
  });

  it('name the same editors, of which only one per file opens by itself', () => {
    const editors = manifest.contributes.customEditors;
    assert.deepEqual(editors.map(({ viewType }) => viewType).sort(), [...PICKLE_EDITORS].sort());
    const patterns = editors.flatMap(({ priority, selector }) =>
      selector.map(({ filenamePattern }) => [filenamePattern, priority]),
    );
    assert.deepEqual(patterns, [
      // A string would mean "never" for differences in VS Code from 2026 on; before, an object counts as "default".
      ...DATA_NAMES.map((name) => [`*.${name}`, PICKLES_SHOWN]),
      [`*.{${DATA_NAMES.join(',')}}.{gz,bz2,xz,lzma,zst,lz4,zlib,z,zip}`, PICKLES_SHOWN],
      // Pascal, Prolog and others use it too, and archives have editors of their own.
      ...['p', 'gz', 'bz2', 'xz', 'lzma', 'zst', 'lz4', 'zip', 'bin'].map((name) => [`*.${name}`, 'option']),
    ]);
  });

  it('name the same settings, each with a default', () => {
    const source = readFileSync(path.join(projectRoot, 'src/editor/shell/settings.ts'), 'utf8');
    const read = new Set(
      [...source.matchAll(/get\('([\w.]+)'\)/g)].map((match) => `picklepost.${String(match[1])}`),
    );
    assert.deepEqual(Object.keys(settings).sort(), [...read].sort());
    for (const [key, { default: value }] of Object.entries(settings)) assert.notEqual(value, undefined, key);
  });

  it('accept items of the same default size in the editor and on the command line', () => {
    const megabytes = settings['picklepost.receive.maximumItemSize']?.default as number;
    assert.equal(megabytes * 1000 * 1000, DEFAULT_LIMITS.itemSize);
  });

  it('offer every dialect for a server, with the texts of the table', () => {
    const { items } = settings['picklepost.destinations'] as { items: { properties: { dialect: Choice } } };
    const { dialect } = items.properties;
    assert.deepEqual(dialect.enum, DIALECT_NAMES);
    const accepted = settings['picklepost.receive.dialects'] as unknown as { items: { enum: string[] } };
    assert.deepEqual(accepted.items.enum, DIALECT_NAMES);
    assert.equal(dialect.default, DEFAULT_DIALECT);
    assert.deepEqual(
      dialect.enumDescriptions.map((text) => texts[text.slice(1, -1)]),
      dialects.map(({ title, detail }) => `${inEnglish(title)}. ${inEnglish(detail)}`),
    );
  });

  it('do not let an untrusted workspace change any setting', () => {
    const open = Object.keys(settings).filter((key) => settings[key]?.scope !== 'machine');
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.deepEqual([...restrictedConfigurations].sort(), open.sort());
  });

  it('have a text for every key, and use every text', () => {
    const used = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map((match) => String(match[1])));
    assert.deepEqual([...used].sort(), Object.keys(texts).sort());
  });

  it('refer only to media that exist', () => {
    const media = new Set(readdirSync(path.join(projectRoot, 'media')));
    for (const [, name] of manifestText.matchAll(/"media\/([^"/]+)"/g))
      assert.ok(media.has(String(name)), name);
  });
});
