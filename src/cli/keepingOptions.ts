/** Options for keeping received items, wherever they come from. */
export const KEEPING_OPTIONS = {
  inbox: { type: 'string' },
  'save-to': { type: 'string' },
  'allow-tool-folders': { type: 'boolean' },
  print: { type: 'boolean' },
  'no-pickle': { type: 'boolean' },
  'max-size': { type: 'string' },
  once: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;
