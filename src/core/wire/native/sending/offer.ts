import type { FernetKey } from '../../../crypto/keys';
import { PicklepostError } from '../../../errors';
import type { OutgoingItem } from '../../../item/item';
import { say } from '../../../text';
import { MAXIMUM_NAME, type Offer } from '../session/messages';
import type { OutgoingTransfer } from './outgoingTransfer';

/** The description of an item cannot be sent. Ends only that item. */
export class NotOfferedError extends PicklepostError {}

/** @throws NotOfferedError */
export function checkOffer({ name, path = '' }: OutgoingItem): void {
  if (name.length <= MAXIMUM_NAME && path.length <= MAXIMUM_NAME) return;
  throw new NotOfferedError(
    'unsupported',
    say`"${name.slice(0, 100)}" was not sent: its name or path has more than ${MAXIMUM_NAME} characters. Move it to a shorter path.`,
  );
}

/** @param transfer the identity by which the receiver recognizes it */
export function describeOffer({ number, item }: OutgoingTransfer, transfer: string, key: FernetKey): Offer {
  const { kind, format, name, path, size, modified, mode, message } = item;
  return {
    type: 'offer',
    item: number,
    transfer,
    kind,
    name,
    ...(format !== undefined && { format }),
    ...(path !== undefined && { path }),
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modified }),
    ...(mode !== undefined && { mode }),
    ...(message !== undefined && { message }),
    key: key.toText(),
  };
}
