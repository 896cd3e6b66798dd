import { PicklepostError } from '../core/errors';
import { say } from '../core/text';
import { asInboxName } from './inboxAddress';
import { tokenAuthenticator, usernamePasswordAuthenticator, type Authenticator } from './library';
import { USER_SEED, UserKey } from './nkey';

/** The credentials of a client for a NATS server. */
export interface Credentials {
  readonly authenticator: Authenticator;
  /** Whether the server is shown the secret itself, and not only a proof that the client has it. */
  readonly isShown: boolean;
  /** The user, as far as it is known here. */
  readonly name?: string;
}

const CREDS = /-----BEGIN NATS USER JWT-----\s*([\w.-]+)/;
const CREDS_SEED = new RegExp(`-----BEGIN USER NKEY SEED-----\\s*(${USER_SEED.source})\\s`);
const ONLY_SEED = new RegExp(`^${USER_SEED.source}$`);

/**
 * Reads the content of a credentials file: that of `nsc`, the seed of an NKey, `user:password` or a token. Never repeats any
 * of it.
 * @throws PicklepostError `invalid-key`
 */
export function parseCredentials(content: string): Credentials {
  const text = content.trim();
  const [jwt, seed] = [CREDS.exec(text)?.[1], CREDS_SEED.exec(text)?.[1]];
  if (jwt !== undefined && seed !== undefined) return named(byKey(seed, jwt), false, nameOf(jwt));
  if (ONLY_SEED.test(text)) return { authenticator: byKey(text), isShown: false };
  if (text === '' || /\s/.test(text))
    throw new PicklepostError(
      'invalid-key',
      say`These are not credentials for NATS: expected a credentials file of nsc, the seed of an NKey, user:password, or a token.`,
    );
  const colon = text.indexOf(':');
  if (colon < 0) return { authenticator: tokenAuthenticator(text), isShown: true };
  const user = text.slice(0, colon);
  return named(usernamePasswordAuthenticator(user, text.slice(colon + 1)), true, user);
}

/** Signs the nonce of the server. @param jwt the account's statement about the user @throws PicklepostError `invalid-key` */
function byKey(seed: string, jwt?: string): Authenticator {
  const key = UserKey.fromSeed(seed);
  const nkey = key.publicKey;
  return (nonce = '') => {
    const sig = nonce === '' ? '' : key.sign(nonce);
    return jwt === undefined ? { nkey, sig } : { jwt, nkey, sig };
  };
}

function named(authenticator: Authenticator, isShown: boolean, name: string | undefined): Credentials {
  return { authenticator, isShown, ...(name !== undefined && { name: asInboxName(name) }) };
}

/** The name in the claims of a token. */
function nameOf(jwt: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as unknown;
    const name = (claims as { readonly name?: unknown } | null)?.name;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
