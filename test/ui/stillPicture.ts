import type { CDPSession, Page } from 'playwright-core';

/** Enough for whatever slides, fades or loads; what never rests, such as a transfer, is taken as it is. */
const mostPictures = 12;

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** A picture of the page (PNG) when nothing moves any more: the first that is the same as the one before. */
export async function stillPicture(page: Page): Promise<Buffer> {
  const opened = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, opened);
  const session = await opened;
  // Playwright's own pictures take twice the time.
  const take = async (): Promise<string> =>
    (await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true })).data;
  let picture = await take();
  for (let taken = 1; taken < mostPictures; taken++) {
    const next = await take();
    if (next === picture) break;
    picture = next;
  }
  return Buffer.from(picture, 'base64');
}
