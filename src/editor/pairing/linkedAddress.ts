import { parseAddress, type Address } from '../../core/wire/address';

/** Characters of a link that is read at all: an address has at most 253, and a port. */
const LONGEST_LINK = 300;

/** The address in `…/pair?address=HOST:PORT`; undefined for any other link. @param uri as VS Code hands it over, decoded */
export function linkedAddress(
  uri: { readonly path: string; readonly query: string },
  defaultPort: number,
): Address | undefined {
  if (uri.path !== '/pair' || uri.query.length > LONGEST_LINK) return undefined;
  const parameters = [...new URLSearchParams(uri.query)];
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter?.[0] !== 'address') return undefined;
  const address = parseAddress(parameter[1], defaultPort);
  // Host names and IP addresses, and nothing that only looks like one.
  return address && /^[a-z0-9._:%-]{1,253}$/i.test(address.host) ? address : undefined;
}
