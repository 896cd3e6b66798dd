import type { FernetKey } from '../../src/core/crypto/keys';
import type { NamedKey } from '../../src/core/crypto/namedKey';

/** The keys of a receiver that has one, called `lab`, or none. */
export function namedKeys(key: FernetKey | undefined): readonly NamedKey[] {
  return key ? [{ name: 'lab', key }] : [];
}
