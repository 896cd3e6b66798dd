import type { Page } from 'playwright-core';

/** Enough for whatever slides, fades or loads; what never rests, such as a transfer, is taken as it is. */
const mostPictures = 12;

/** A picture of the page (PNG) when nothing moves any more: the first that is the same as the one before. */
export async function stillPicture(page: Page): Promise<Buffer> {
  const take = (): Promise<Buffer> => page.screenshot({ animations: 'disabled' });
  let picture = await take();
  for (let taken = 1; taken < mostPictures; taken++) {
    const next = await take();
    if (next.equals(picture)) break;
    picture = next;
  }
  return picture;
}
