import { parseAddress, type Address } from '../../core/wire/address';

/** The actions of links. Each only leads to a dialog. */
export type LinkAction = 'pair' | 'send';

export interface Link {
  readonly action: LinkAction;
  readonly address: Address;
}

/** Characters of the longest link that is read: an address has at most 253, and a port. */
const LONGEST_LINK = 300;

/** The one parameter of each. */
const PARAMETERS: Readonly<Record<LinkAction, string>> = { pair: 'address', send: 'to' };

/**
 * `…/pair?address=HOST:PORT` or `…/send?to=HOST:PORT`; undefined for any other link.
 * @param uri as VS Code passes it, decoded
 */
export function parseLink(
  uri: { readonly path: string; readonly query: string },
  defaultPort: number,
): Link | undefined {
  const action = (['pair', 'send'] as const).find((one) => uri.path === `/${one}`);
  if (action === undefined || uri.query.length > LONGEST_LINK) return undefined;
  const parameters = [...new URLSearchParams(uri.query)];
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter?.[0] !== PARAMETERS[action]) return undefined;
  const address = parseAddress(parameter[1], defaultPort);
  // Host names and IP addresses, and nothing that only looks like one.
  return address && /^[a-z0-9._:%-]{1,253}$/i.test(address.host) ? { action, address } : undefined;
}
