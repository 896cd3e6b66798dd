import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { projectRoot } from '../harness/setup';

/** Contrast between text and what is behind it that people with weak sight need, as WCAG 2 has it: level AA. */
export const TEXT_CONTRAST = 4.5;
/** The same for large text and symbols; VS Code's own dimmed descriptions stay above it. */
export const DIMMED_CONTRAST = 3;

/** Fails where there is no text in an element, or one that has too little contrast or is cut off without an ellipsis that says so. */
export async function assertReadable(root: Locator, contrast: number): Promise<void> {
  assert.deepEqual(await unreadableTexts(root, contrast), []);
  assert.ok((await root.innerText()).trim() !== '', 'there is no text');
}

/** Texts in the elements that have too little contrast, or are cut off without an ellipsis, each with what is wrong. Waits for no element. */
export async function unreadableTexts(roots: Locator, contrast: number): Promise<string[]> {
  const findProblems = (await import(path.join(projectRoot, 'test/ui/unreadable.cjs'))) as {
    default: FindProblems;
  };
  return roots.evaluateAll(findProblems.default, contrast);
}

/** In the page, where the types of the DOM are not part of this project. */
type FindProblems = (roots: unknown[], needed: number) => string[];
