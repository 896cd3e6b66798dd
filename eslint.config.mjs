// Type-aware lint, and the boundaries between the layers that docs/architecture.md describes.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import ts from 'typescript';
import tseslint from 'typescript-eslint';

/** What may be imported from outside the project, by folder: everything that matches the pattern is refused. */
const packageRules = (pattern, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: pattern, message }] }],
});

/** Folders of src/ and the only folders of src/ that they may import. */
const layers = [
  { target: 'core', except: [] },
  { target: 'net', except: ['core', 'disk'] },
  { target: 'nats', except: ['core'] },
  { target: 'inbox', except: ['core', 'disk'] },
  { target: 'disk', except: ['core'] },
  { target: 'worker', except: ['core', 'disk'] },
  { target: 'webview', except: ['core'] },
  { target: 'assistant', except: ['core', 'inbox', 'worker'] },
  { target: 'cli', except: ['assistant', 'core', 'disk', 'nats', 'net', 'inbox', 'worker'] },
  { target: 'cli.ts', except: ['cli'] },
  { target: 'editor', except: ['assistant', 'core', 'nats', 'net', 'inbox', 'worker', 'webview'] },
  { target: 'extension.ts', except: ['editor'] },
];

const layerZones = layers.map(({ target, except }) => ({
  target: `./src/${target}`,
  from: './src',
  except: [target, ...except].map((folder) => `./${folder}`),
  message: `src/${target} may import only: ${[...except, 'itself'].join(', ')}.`,
}));

/**
 * Rooms of src/core and the only ones beside the files of src/core itself that they may import. `values/known` lies above `values`, and
 * `arrays` between the two.
 */
const coreRooms = [
  { room: 'arrays', except: ['values/*.ts'] },
  { room: 'values/known', except: ['arrays', 'values'] },
  { room: 'data', except: ['arrays', 'render', 'values'] },
  { room: 'scheduling', except: [] },
  { room: 'crypto', except: [] },
  { room: 'accounting', except: [] },
  { room: 'pairing', except: ['crypto'] },
  { room: 'render', except: ['values'] },
  { room: 'codecs', except: ['render', 'values'] },
  { room: 'item', except: ['codecs', 'crypto'] },
  { room: 'inspection', except: ['codecs', 'render', 'values'] },
  { room: 'files', except: ['arrays', 'codecs', 'data', 'render', 'values'] },
  { room: 'assistant', except: ['inspection', 'render'] },
  { room: 'snippets', except: ['wire'] },
  { room: 'admission', except: ['accounting', 'item', 'scheduling', 'wire'] },
  { room: 'wire', except: ['accounting', 'codecs', 'crypto', 'item', 'pairing', 'scheduling'] },
];

/** Rooms of src/inbox, in the same way. */
const inboxRooms = [
  { room: 'disk', except: [] },
  { room: 'output', except: ['disk'] },
  { room: 'items', except: ['disk', 'output'] },
  { room: 'partials', except: ['disk', 'items'] },
  { room: 'keys', except: ['disk', 'items'] },
  { room: 'windows', except: ['disk', 'items'] },
];

/** Rooms of src/editor, in the same way: `shell` is the lowest. */
const editorRooms = [
  { room: 'shell', except: [] },
  { room: 'keys', except: ['shell'] },
  { room: 'items', except: ['shell'] },
  { room: 'data', except: ['items', 'shell'] },
  { room: 'inspect', except: ['data', 'items', 'shell'] },
  { room: 'received', except: ['data', 'inspect', 'items', 'shell'] },
  { room: 'pickleEditor', except: ['data', 'inspect', 'items', 'shell'] },
  { room: 'snippets', except: ['shell'] },
  { room: 'assistants', except: ['shell'] },
  { room: 'server', except: ['items', 'keys', 'shell'] },
  { room: 'sending', except: ['keys', 'shell'] },
  { room: 'shared', except: ['keys', 'sending', 'shell'] },
  { room: 'servers', except: ['items', 'keys', 'sending', 'server', 'shared', 'shell'] },
  { room: 'pairing', except: ['items', 'keys', 'server', 'shell'] },
];

const roomZones = (layer, rooms) =>
  rooms.map(({ room, except }) => ({
    target: `./src/${layer}/${room}`,
    from: `./src/${layer}/*/**`,
    except: [room, ...except].map((path) => `**/src/${layer}/${path.endsWith('.ts') ? path : `${path}/**`}`),
    message: `src/${layer}/${room} may import only: ${[...except, 'itself'].join(', ')}.`,
  }));

/** What lies beside the rooms composes them; the services are passed to each. */
const composingZones = ['inbox', 'editor'].map((layer) => ({
  target: `./src/${layer}/*/**`,
  from: `./src/${layer}/*.ts`,
  except: ['**/src/editor/services.ts'],
  message: `Rooms of src/${layer} do not know what is composed of them.`,
}));

/** What is inside of the native dialect has one door. */
const nativeZones = ['!(core)/**', 'core/!(wire)/**', 'core/wire/*.ts', 'core/wire/!(native)/**'].map(
  (target) => ({
    target: `./src/${target}`,
    from: './src/core/wire/native/*/**',
    message: 'Only core/wire/native/dialect.ts is for others.',
  }),
);

/** Values know nothing of what is known of them, of how they are written, or of where they come from. */
const valuesZone = {
  target: './src/core/values/*.ts',
  from: './src/core/*/**',
  except: ['**/src/core/values/*.ts'],
  message: 'src/core/values may import only itself; src/core/values/known lies above it.',
};

/** Values are decoded and written in the worker: who only moves or shows them knows formats, and never loads a codec. */
const codecZones = ['assistant', 'editor', 'inbox', 'nats', 'net', 'webview', 'core/item', 'core/wire'].map(
  (target) => ({
    target: `./src/${target}`,
    from: './src/core/{codecs/{codecs,writeForm,*/codec}.ts,values/known/**,files/fileDecoder.ts}',
    message: 'Codecs are loaded by the worker and the command line: take what is in core/codecs/formats.ts.',
  }),
);

/** Most parts that a constructor takes in one object. With more, those that belong together become an object of their own. */
const MOST_PARTS = 6;

/** Larger types that are one thing and not a collection of parts: data, or an interface with methods. */
const wholes = [
  ...['Budgets', 'Column', 'DataTexts', 'DecodedPickleFile', 'ItemOffer', 'ItemWriter', 'Known', 'Manifest'],
  ...['NdArray', 'OutgoingItem', 'RasterChoice', 'TableInfo', 'Terminal', 'ZipEntry'],
];

const constructorParts = {
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    return {
      "MethodDefinition[kind='constructor']"({ value }) {
        for (const node of value.params) {
          const given = services.getTypeAtLocation(
            node.type === 'TSParameterProperty' ? node.parameter : node,
          );
          const type = checker.getNonNullableType(given);
          const symbol = type.aliasSymbol ?? type.symbol;
          const isOwn = symbol?.declarations?.some((one) => one.getSourceFile().fileName.includes('/src/'));
          const isObject = type.isIntersection() || (type.flags & ts.TypeFlags.Object) !== 0;
          if (!isOwn || !isObject || type.symbol?.flags & ts.SymbolFlags.Class) continue;
          const count = checker.getPropertiesOfType(type).length;
          if (count > MOST_PARTS && !wholes.includes(symbol.name))
            context.report({ node, message: `${symbol.name} has ${count} parts, more than ${MOST_PARTS}.` });
        }
      },
    };
  },
};

export default defineConfig(
  { ignores: ['dist/', 'out/', 'ui-shots/', '.vscode-test/', 'test/sample-workspace/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })],
    },
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            ...layerZones,
            ...roomZones('core', coreRooms),
            ...roomZones('inbox', inboxRooms),
            ...roomZones('editor', editorRooms),
            ...composingZones,
            ...nativeZones,
            ...codecZones,
            valuesZone,
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Numbers and booleans in messages read well as they are.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => this.stop()` is a fine callback where nothing is returned.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // tsc reports these already; a leading underscore marks what an interface demands and a class does not use.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An endless loop is written `while (true)` or `for (;;)`.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { picklepost: { rules: { 'constructor-parts': constructorParts } } },
    rules: { 'picklepost/constructor-parts': 'error' },
  },
  {
    files: ['src/core/**'],
    rules: packageRules(
      '^(?!\\.|node:|(?:saxes|fzstd|xz-decompress)$)|^node:(child_process|cluster|dgram|dns|fs|http|http2|https|net|tls|worker_threads)\\b',
      'src/core is pure: no vscode, no sockets, no files.',
    ),
  },
  {
    files: ['src/net/discovery/**'],
    rules: packageRules('^(?!\\.|node:|multicast-dns$)', 'Here, also multicast-dns.'),
  },
  {
    files: ['src/{net,inbox,disk,worker,assistant,cli}/**', 'src/cli.ts'],
    ignores: ['src/net/discovery/**'],
    rules: packageRules('^(?!\\.|node:)', 'Only src/core and Node built-ins (with the node: prefix) here.'),
  },
  {
    files: ['src/nats/**'],
    rules: packageRules('^(?!\\.|node:|@nats-io/)', 'Only the NATS client and Node built-ins here.'),
  },
  {
    files: ['src/webview/**'],
    rules: packageRules('^(?!\\.|uplot$)', 'A page of VS Code: there is nothing but what the browser has.'),
  },
  {
    files: ['src/editor/**', 'src/extension.ts'],
    rules: packageRules(
      '^(?!\\.|node:|vscode$)',
      'Only vscode and Node built-ins (with the node: prefix) here.',
    ),
  },
  {
    // Test frameworks speak through expressions and loosely typed results.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs', '**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'readonly',
        exports: 'writable',
        __dirname: 'readonly',
        setInterval: 'readonly',
      },
    },
  },
);
