import type { FernetKey } from './keys';

/** A key that this side knows by a name. Whoever proves to hold it is told of by that name. */
export interface NamedKey {
  /** As the person knows it; of a paired peer, the name of that peer. */
  readonly name: string;
  readonly key: FernetKey;
  /** Whether it was made by pairing, so that one peer alone has it. */
  readonly isPaired?: boolean;
}
