import { randomBytes } from 'node:crypto';
import type { AssistantAnswer, AssistantQuestion } from '../core/assistant/answers';
import { markReceived, withoutInvisible } from '../core/assistant/received';
import { formatOfFile } from '../core/codecs/fileFormat';
import { formatWord } from '../core/codecs/formats';
import { PicklepostError } from '../core/errors';
import type { ReceivedItem } from '../core/item/item';
import type { Inbox } from '../inbox/inbox';
import type { ValueWorker } from '../worker/valueWorker';

/** The items that the tools may see. */
export interface AssistantSource {
  readonly inbox: Pick<Inbox, 'ids' | 'entries' | 'find' | 'read'>;
  readonly worker: ValueWorker;
  /** Whether a person lets the model read an item. The model does not see any others. */
  readonly allows: (id: string) => boolean;
}

interface Property {
  readonly type: 'string';
  readonly description: string;
}

/** A tool, as VS Code and the Model Context Protocol know it. */
export interface AssistantTool {
  readonly name: ToolName;
  readonly description: string;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties: Readonly<Record<string, Property>>;
    readonly required: readonly string[];
  };
}

export type ToolName = (typeof TOOL_NAMES)[number];

/** No tool sends, saves, deletes, opens or touches keys, and none ever should. */
export const TOOL_NAMES = [
  'picklepost_list',
  'picklepost_outline',
  'picklepost_value',
  'picklepost_search',
  'picklepost_difference',
] as const;

const ITEM = { type: 'string', description: 'ID of a received item, as picklepost_list tells it' } as const;

export const TOOLS: readonly AssistantTool[] = [
  tool(
    'picklepost_list',
    'Lists the latest items that Picklepost has received: ID, kind, size, sender, time and name.',
    {},
  ),
  tool(
    'picklepost_outline',
    'Outlines a received item: keys, types and shapes, within a budget. Nothing in it is run.',
    {
      item: ITEM,
    },
  ),
  tool('picklepost_value', 'Tells the value at a path of a received item, in Python notation.', {
    item: ITEM,
    path: { type: 'string', description: 'Such as data["readings"][3], or the name of an entry or column' },
  }),
  tool('picklepost_search', 'Searches the keys and values of a received item for a text.', {
    item: ITEM,
    text: { type: 'string', description: 'A part of a key or value' },
  }),
  tool('picklepost_difference', 'Tells what differs between two received items.', {
    item: ITEM,
    other: ITEM,
  }),
];

function tool(name: ToolName, description: string, properties: Record<string, Property>): AssistantTool {
  return {
    name,
    description,
    inputSchema: { type: 'object', properties, required: Object.keys(properties) },
  };
}

/** The items that an input names; a person is asked about each. */
export function itemsOf(input: unknown): string[] {
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  return [fields['item'], fields['other']].filter((id) => typeof id === 'string');
}

/**
 * Runs a tool. Received text in its result is marked as received data.
 * @throws PicklepostError, whose message is cleaned as well
 */
export async function runTool(name: ToolName, input: unknown, source: AssistantSource): Promise<string> {
  try {
    return markReceived(await answer(name, input, source), randomBytes(8).toString('hex'));
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
    throw new PicklepostError(error.code, withoutInvisible(error.message).slice(0, MAX_MESSAGE));
  }
}

async function answer(name: ToolName, input: unknown, source: AssistantSource): Promise<string> {
  switch (name) {
    case 'picklepost_list':
      return list(source);
    case 'picklepost_outline':
      return ask(await allowed(input, 'item', source), { kind: 'outline' }, source);
    case 'picklepost_value':
      return ask(
        await allowed(input, 'item', source),
        { kind: 'value', path: textOf(input, 'path') },
        source,
      );
    case 'picklepost_search':
      return ask(
        await allowed(input, 'item', source),
        { kind: 'search', text: textOf(input, 'text') },
        source,
      );
    case 'picklepost_difference':
      return difference(await allowed(input, 'item', source), await allowed(input, 'other', source), source);
  }
}

async function list({ inbox, allows }: AssistantSource): Promise<string> {
  const ids = (await inbox.ids()).filter(allows);
  const entries = await inbox.entries(ids.slice(-LISTED));
  const lines = entries.flatMap((entry) => (entry.state === 'whole' ? [describe(entry.item)] : []));
  if (ids.length > LISTED) lines.unshift(`(the latest ${String(LISTED)} of ${String(ids.length)})`);
  return lines.length === 0 ? '(no items)' : lines.join('\n');
}

function describe({ id, kind, format, size, from, receivedAt, name }: ReceivedItem): string {
  const time = new Date(receivedAt).toISOString();
  return [
    id,
    format === undefined ? kind : `${kind} (${formatWord(format)})`,
    `${String(size)} bytes`,
    from,
    time,
    name,
  ].join(', ');
}

async function ask(
  item: ReceivedItem,
  question: AssistantQuestion,
  source: AssistantSource,
): Promise<string> {
  const { lines, isWhole } = await answerOf(item, question, source);
  const text = lines.length === 0 ? '(nothing)' : lines.join('\n');
  return isWhole ? text : `${text}\n(not all of it)`;
}

async function answerOf(
  item: ReceivedItem,
  question: AssistantQuestion,
  { inbox, worker }: AssistantSource,
): Promise<AssistantAnswer> {
  const start = await startOf(inbox, item.id);
  const format = item.format ?? formatOfFile(item.name, start);
  if (format === undefined) return textAnswer(item, start, question);
  const value = await worker.load(format, inbox.read(item.id));
  try {
    return await value.ask('assist', question);
  } finally {
    value.dispose();
  }
}

/** The text of an item that is not a dictionary, if it is text. */
function textAnswer(
  { kind, size }: ReceivedItem,
  start: Buffer,
  question: AssistantQuestion,
): AssistantAnswer {
  const text = start.subarray(0, TEXT_BYTES).toString('utf8');
  if (kind === 'file' && text.includes('\ufffd'))
    return { lines: [`a file of ${String(size)} bytes that is not text`], isWhole: true };
  const lines = text.split('\n');
  const found = question.kind === 'search' ? lines.filter((line) => line.includes(question.text)) : lines;
  return { lines: found, isWhole: size <= TEXT_BYTES };
}

async function startOf(inbox: AssistantSource['inbox'], id: string): Promise<Buffer> {
  for await (const piece of inbox.read(id)) return piece;
  return Buffer.alloc(0);
}

async function difference(one: ReceivedItem, other: ReceivedItem, source: AssistantSource): Promise<string> {
  const left = await answerOf(one, { kind: 'leaves' }, source);
  const right = await answerOf(other, { kind: 'leaves' }, source);
  const [before, after] = [new Set(left.lines), new Set(right.lines)];
  const lines = [
    ...left.lines.filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...right.lines.filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
  const isWhole = left.isWhole && right.isWhole;
  const text = lines.length === 0 ? '(no difference)' : lines.slice(0, DIFFERENCES).join('\n');
  return isWhole && lines.length <= DIFFERENCES ? text : `${text}\n(not everything was compared or listed)`;
}

/** @throws PicklepostError `no-such-item`, also for an existing item that the model may not read */
async function allowed(input: unknown, field: string, source: AssistantSource): Promise<ReceivedItem> {
  const id = textOf(input, field);
  const item = await source.inbox.find(id);
  if (!source.allows(item.id)) throw new PicklepostError('no-such-item', `There is no item ${id}.`);
  return item;
}

function textOf(input: unknown, field: string): string {
  const value =
    typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[field] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new PicklepostError('unsupported', `"${field}" is missing.`);
}

const LISTED = 100;
const DIFFERENCES = 200;
const TEXT_BYTES = 16_000;
const MAX_MESSAGE = 500;
