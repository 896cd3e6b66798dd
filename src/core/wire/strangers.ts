import { PicklepostError } from '../errors';
import { say } from '../text';

/** A program that means somebody else: what it says is no item, also where it would be text. */
export interface Stranger {
  readonly name: string;
  /** In its own terms, as far as it has any. */
  readonly answer: Buffer;
  /** As those of dialects. */
  readonly recognizes: (start: Uint8Array, isAll: boolean) => 'yes' | 'no' | 'needs-more';
}

/** What a peer speaks is none of the dialects. */
export class StrangerError extends PicklepostError {
  constructor({ name }: Stranger) {
    super(
      'protocol',
      say`The other side speaks ${name}. It was refused: this is a Picklepost receive server.`,
    );
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'PRI'];
/** Characters of the target of a request: the rest is not looked at. */
const LONGEST_TARGET = 4096;
const REQUEST_LINE = new RegExp(`^(?:${METHODS.join('|')}) (?:[!-~]{1,${LONGEST_TARGET}}) HTTP/\\d`);
/** A target that is longer is one all the same: nothing else goes on so without a space. */
const LONG_REQUEST = new RegExp(`^(?:${METHODS.join('|')}) [/h*][!-~]{${LONGEST_TARGET - 1}}`);
const REQUEST_START = new RegExp(
  `^(?:${METHODS.join('|')}) [!-~]{0,${LONGEST_TARGET}}(?: (?:H(?:T(?:TP?)?)?/?)?)?$`,
);

const HTTP_BODY = 'This is a Picklepost receive server, not a web server. Nothing was stored.\n';

/** Browsers: any page can have them post to a port of this machine. */
const http: Stranger = {
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

const tls: Stranger = {
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

export const STRANGERS: readonly Stranger[] = [http, tls];
