import { PicklepostError } from '../errors';
import { say } from '../text';

/** A program that meant to reach another server: its data are not an item, even if they are text. */
export interface ForeignProtocol {
  readonly name: string;
  /** The answer in its own protocol, if there is one. */
  readonly answer: Buffer;
  /** As those of dialects. */
  readonly recognizes: (start: Uint8Array, isAll: boolean) => 'yes' | 'no' | 'needs-more';
}

/** The peer speaks none of the dialects. */
export class ForeignProtocolError extends PicklepostError {
  constructor({ name }: ForeignProtocol) {
    super(
      'protocol',
      say`The other side speaks ${name}. It was refused: this is a Picklepost receive server.`,
    );
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PRI'];
/** Characters of the target of a request that are checked. */
const LONGEST_TARGET = 4096;
const REQUEST_LINE = new RegExp(`^(?:${METHODS.join('|')}) (?:[!-~]{1,${LONGEST_TARGET}}) HTTP/\\d`);
/** A longer target counts as one all the same: nothing else continues for so long without a space. */
const LONG_REQUEST = new RegExp(`^(?:${METHODS.join('|')}) [/h*][!-~]{${LONGEST_TARGET - 1}}`);
const REQUEST_START = new RegExp(
  `^(?:${METHODS.join('|')}) [!-~]{0,${LONGEST_TARGET}}(?: (?:H(?:T(?:TP?)?)?/?)?)?$`,
);

const HTTP_BODY = 'This is a Picklepost receive server, not a web server. Nothing was stored.\n';

/** Browsers: any page can make them post to a port of this machine. */
const http: ForeignProtocol = {
  name: 'HTTP',
  answer: Buffer.from(
    [
      'HTTP/1.1 400 Bad Request',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${String(HTTP_BODY.length)}`,
      'Connection: close',
      '',
      HTTP_BODY,
    ].join('\r\n'),
  ),
  recognizes(start, isAll) {
    const text = Buffer.from(start.subarray(0, LONGEST_TARGET + 32)).toString('latin1');
    if (REQUEST_LINE.test(text) || LONG_REQUEST.test(text)) return 'yes';
    const mayBecome = METHODS.some((method) => `${method} `.startsWith(text)) || REQUEST_START.test(text);
    return mayBecome && !isAll ? 'needs-more' : 'no';
  },
};

/** The head of a record with a handshake, and the type of a hello: version 3.x, a length, ClientHello. */
const HELLO_BYTES = 6;

const tls: ForeignProtocol = {
  name: 'TLS',
  // A fatal alert: unexpected message.
  answer: Buffer.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0a),
  recognizes(start, isAll) {
    const [type, major = 3, minor = 0] = start;
    if (type !== 0x16 || major !== 3 || minor > 4 || (start[HELLO_BYTES - 1] ?? 1) !== 1) return 'no';
    if (start.length >= HELLO_BYTES) return 'yes';
    return isAll ? 'no' : 'needs-more';
  },
};

/** The types of a Binding and of an Allocate request (RFC 8489, RFC 8656), and the bytes after the length. */
const STUN_REQUESTS: ReadonlySet<number | undefined> = new Set([0x01, 0x03]);
const MAGIC_COOKIE = Buffer.from('2112a442', 'hex');
const STUN_HEADER = 20;
/** High byte of the length of a message that fits into a packet. */
const MOST_HIGH = 0x07;

/** A browser whose page names this server as a server for calls, or as the other end of a call. */
const stun: ForeignProtocol = {
  name: 'STUN, as web pages that make calls do',
  answer: Buffer.from('This is a Picklepost receive server, not a STUN server. Nothing was stored.\n'),
  recognizes(start, isAll) {
    // Parsing all of the received data would take long.
    const head = start.subarray(0, STUN_HEADER);
    const verdicts = [matchStun(head), matchFramedStun(head)];
    if (verdicts.includes('yes')) return 'yes';
    return verdicts.includes('needs-more') && !isAll ? 'needs-more' : 'no';
  },
};

function matchStun([zero = 0, type = 1, high = 0, low = 0, ...rest]: Uint8Array):
  'yes' | 'no' | 'needs-more' {
  const isHead = zero === 0 && STUN_REQUESTS.has(type) && high <= MOST_HIGH && low % 4 === 0;
  const cookie = Buffer.from(rest.slice(0, MAGIC_COOKIE.length));
  if (!isHead || !MAGIC_COOKIE.subarray(0, cookie.length).equals(cookie)) return 'no';
  return cookie.length === MAGIC_COOKIE.length ? 'yes' : 'needs-more';
}

/** With its length in front (RFC 4571), as on a connection between the two ends of a call. */
function matchFramedStun(start: Uint8Array): 'yes' | 'no' | 'needs-more' {
  const message = start.subarray(2);
  const [high = 0, low = STUN_HEADER, , , innerHigh, innerLow] = start;
  const length = 256 * high + low - STUN_HEADER;
  const isLength =
    length >= 0 &&
    high <= MOST_HIGH &&
    (innerHigh ?? length >> 8) === length >> 8 &&
    (innerLow ?? length & 0xff) === (length & 0xff);
  return isLength ? matchStun(message) : 'no';
}

export const FOREIGN_PROTOCOLS: readonly ForeignProtocol[] = [http, tls, stun];
