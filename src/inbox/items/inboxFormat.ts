import { createHash, hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PicklepostError } from '../../core/errors';
import { hasErrorCode } from '../disk/diskError';
import { createFile, PRIVATE, replaceFile } from '../disk/durableFile';
import { say } from '../../core/text';

const FILE = 'FORMAT';
/** Version of the directory as a whole; item files have a version of their own. */
const VERSION = 1;
/** Advice that helps in the editor, which has one inbox, and on the command line. */
const BEGIN_ANEW = say`move the directory away to start a new inbox.`;

/**
 * Marks a new directory as an inbox, or checks that this program and this key can open it. Several programs may do so at
 * once. The mark is the file `FORMAT`, one line of JSON: the version, eight bytes by which a wrong key is recognized, and a
 * checksum that distinguishes both from damage. A damaged or missing mark is written again if the key opens an item.
 * @param opensItems whether the key opens one of the items; undefined if there are none
 * @throws PicklepostError `unsupported`, `invalid-key`; what node:fs throws
 */
export async function checkInboxFormat(
  directory: string,
  inboxKey: Buffer,
  opensItems: () => Promise<boolean | undefined>,
): Promise<void> {
  const file = formatFile(directory);
  const keyCheck = keyCheckOf(inboxKey);
  if (!(await isInbox(directory))) {
    if ((await opensItems()) === false) throw notTheKey(directory);
    await markInbox(directory, inboxKey);
  }
  const found = parse(await readFile(file, 'utf8'));
  if (!found) {
    const isRight = await opensItems();
    if (!isRight) throw isDamaged(file, isRight === undefined);
    await replaceFile(file, [Buffer.from(markOf(keyCheck))], PRIVATE);
    return;
  }
  if (found.format !== VERSION) {
    throw new PicklepostError(
      'unsupported',
      say`Written by a newer Picklepost (format ${found.format}; this one knows ${VERSION}): the inbox ${directory}. Update Picklepost, or ${BEGIN_ANEW}`,
    );
  }
  if (found.keyCheck !== keyCheck) throw notTheKey(directory);
}

/** The path of the mark. */
export function formatFile(directory: string): string {
  return path.join(directory, FILE);
}

/** Marks a directory as an inbox with a key, unless it is marked already. @returns whether it was not @throws what node:fs throws */
export async function markInbox(directory: string, inboxKey: Buffer): Promise<boolean> {
  return createFile(formatFile(directory), markOf(keyCheckOf(inboxKey)), PRIVATE);
}

function markOf(keyCheck: string): string {
  return `${JSON.stringify({ format: VERSION, keyCheck, check: checksum(VERSION, keyCheck) })}\n`;
}

function keyCheckOf(inboxKey: Buffer): string {
  return Buffer.from(hkdfSync('sha256', inboxKey, '', 'picklepost inbox key check', 8)).toString('hex');
}

function isDamaged(file: string, isEmpty: boolean): PicklepostError {
  const advice = isEmpty
    ? say`There are no items, so you can delete it.`
    : say`The key opens none of the items: restore the file or the key, or ${BEGIN_ANEW}`;
  return new PicklepostError('unsupported', say`The file ${file} is damaged. ${advice}`);
}

function notTheKey(directory: string): PicklepostError {
  return new PicklepostError(
    'invalid-key',
    say`The inbox ${directory} was made with another key. Open it with that key, or ${BEGIN_ANEW}`,
  );
}

function checksum(format: number, keyCheck: string): string {
  return createHash('sha256')
    .update(`${String(format)} ${keyCheck}`)
    .digest('hex')
    .slice(0, 8);
}

/** Whether a directory is already an inbox. */
export async function isInbox(directory: string): Promise<boolean> {
  try {
    await readFile(formatFile(directory));
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Undefined for a damaged mark. Marks before the checksum was introduced have none. */
function parse(text: string): { format: number; keyCheck: string } | undefined {
  try {
    const { format, keyCheck, check } = JSON.parse(text) as Record<string, unknown>;
    if (typeof format !== 'number' || typeof keyCheck !== 'string') return undefined;
    if (check !== undefined && check !== checksum(format, keyCheck)) return undefined;
    return { format, keyCheck };
  } catch {
    return undefined;
  }
}
