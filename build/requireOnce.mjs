/**
 * Each source file imports `vscode`, modules of Node.js and, in a chunk, parts of the entry for itself. esbuild would wrap each
 * of these imports in an object with a getter for each name, five hundred for `vscode`: half of the time that loading takes. VS
 * Code also looks up who asks each time. No line moves, so that the source map stays right.
 */
export function requireOnce(text) {
  const known = new Map();
  const statement =
    /import ?(?:([\w$]+)(?: ?, ?)?)?(?:\* ?as ([\w$]+)|\{([^}]*)\})? ?from ?"(vscode|node:[\w/]+|\.\.\/\w+\.js)";/g;
  return text.replace(statement, (all, byDefault, namespace, names, module) => {
    const variable = known.get(module) ?? byDefault ?? namespace ?? `__${module.replace(/\W/g, '_')}`;
    const parts = known.has(module) ? [] : [`${variable} = require("${module}")`];
    known.set(module, variable);
    for (const name of [byDefault, namespace])
      if (name !== undefined && name !== variable) parts.push(`${name} = ${variable}`);
    if (names !== undefined)
      parts.push(`{${names.replace(/\s+/g, ' ').replaceAll(' as ', ': ')}} = ${variable}`);
    return `var ${parts.join(', ')};${'\n'.repeat(all.split('\n').length - 1)}`;
  });
}
