import type { FernetKey } from './keys';

/** A key that this side knows by a name. A peer that proves to hold it is shown under that name. */
export interface NamedKey {
  /** The name that the person uses; for a paired peer, the name of that peer. */
  readonly name: string;
  readonly key: FernetKey;
  /** Whether it was made by pairing, so that only one peer has it. */
  readonly isPaired?: boolean;
}
