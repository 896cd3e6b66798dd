/**
 * Questions of language models about a value, all of them read-only and within a budget. Each answer is plain text, in
 * Python's notation; the caller cleans and marks it (`received.ts`).
 */
import { findPlace } from '../inspection/findPlace';
import type { Inspection, NodeInfo } from '../inspection/inspection';
import { inEnglish } from '../text';
import { cutText, flatLiteral, wholeFlatLiteral } from '../render/flatLiteral';

export type AssistantQuestion =
  | { readonly kind: 'outline' }
  | { readonly kind: 'value'; readonly path: string }
  | { readonly kind: 'search'; readonly text: string }
  /** All values without parts, as far as there is room, to be compared with another item. */
  | { readonly kind: 'leaves' };

/** Lines of an answer, and whether they are all. */
export interface AssistantAnswer {
  readonly lines: readonly string[];
  readonly isWhole: boolean;
}

/** @throws PicklepostError `no-such-item` for a path that leads nowhere */
export function answerAssistant(inspection: Inspection, question: AssistantQuestion): AssistantAnswer {
  switch (question.kind) {
    case 'outline':
      return outline(inspection);
    case 'value': {
      const { value, isStored } = findPlace(inspection.value([]), question.path);
      const text = flatLiteral(value, VALUE_LENGTH, { isStored });
      return { lines: [text], isWhole: text.length < VALUE_LENGTH };
    }
    case 'search':
      return search(inspection, question.text);
    case 'leaves':
      return leaves(inspection);
  }
}

function outline(inspection: Inspection): AssistantAnswer {
  const lines = [describe(inspection.node([]), 'data')];
  let isWhole = true;
  const visit = (node: NodeInfo, depth: number): void => {
    if (node.childCount === 0) return;
    if (depth > OUTLINE_DEPTH || lines.length >= OUTLINE_LINES) {
      isWhole = false;
      return;
    }
    const shown = Math.min(node.childCount, OUTLINE_CHILDREN);
    for (const child of inspection.children(node.path, 0, shown)) {
      if (lines.length >= OUTLINE_LINES) {
        isWhole = false;
        return;
      }
      lines.push('  '.repeat(depth) + describe(child, child.key));
      visit(child, depth + 1);
    }
    if (shown < node.childCount) {
      isWhole = false;
      lines.push(`${'  '.repeat(depth)}... ${String(node.childCount - shown)} more`);
    }
  };
  visit(inspection.node([]), 1);
  return { lines, isWhole };
}

function describe({ type, preview, known }: NodeInfo, name: string): string {
  return `${cutText(name, NAME_LENGTH)}: ${known?.type ?? type}, ${cutText(inEnglish(preview), PREVIEW_LENGTH)}`;
}

function search(inspection: Inspection, text: string): AssistantAnswer {
  const found = inspection.search([], { text, where: 'both' }, SEARCH_LINES);
  while (!found.state.isDone && found.state.visited < SEARCH_CHILDREN) found.advance(SEARCH_STEP);
  const { paths, count, isDone } = found.state;
  const lines = paths.map((path) => {
    const { expression, preview } = inspection.node(path);
    return `${cutText(expression, NAME_LENGTH)} = ${cutText(inEnglish(preview), PREVIEW_LENGTH)}`;
  });
  return { lines, isWhole: isDone && count === paths.length };
}

function leaves(inspection: Inspection): AssistantAnswer {
  const lines: string[] = [];
  const waiting = [inspection.node([])];
  let isWhole = true;
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (lines.length + waiting.length >= LEAVES) return { lines, isWhole: false };
    if (node.childCount === 0 || node.known !== undefined) {
      const whole = wholeFlatLiteral(inspection.value(node.path), LEAF_LENGTH);
      if (whole === undefined) isWhole = false;
      lines.push(`${node.expression || 'data'} = ${whole ?? inEnglish(node.preview)}`);
      continue;
    }
    const room = LEAVES - lines.length - waiting.length;
    if (node.childCount > room) isWhole = false;
    waiting.push(...inspection.children(node.path, 0, room).reverse());
  }
  return { lines, isWhole };
}

const OUTLINE_LINES = 200;
const OUTLINE_CHILDREN = 40;
const OUTLINE_DEPTH = 5;
const NAME_LENGTH = 200;
const PREVIEW_LENGTH = 120;
const VALUE_LENGTH = 8_000;
const SEARCH_LINES = 50;
const SEARCH_CHILDREN = 2_000_000;
const SEARCH_STEP = 20_000;
const LEAVES = 20_000;
const LEAF_LENGTH = 1_000;
