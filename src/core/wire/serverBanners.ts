interface Program {
  readonly name: string;
  /** Matches the first text that it sends. */
  readonly text?: RegExp;
  /** Matches its first bytes, in hexadecimal digits. */
  readonly hex?: RegExp;
}

/** Programs that are recognized by their answer to a client that does not speak their protocol. */
const PROGRAMS: readonly Program[] = [
  { name: 'HTTP', text: /^HTTP\/\d/ },
  { name: 'HTTP', text: /^\s*<(?:!doctype html|html)/i },
  // A record of any type, version 3.x.
  { name: 'TLS', hex: /^1[4-7]030[0-4]/ },
  { name: 'SSH', text: /^SSH-\d/ },
  { name: 'SMTP or FTP', text: /^220[ -]/ },
  { name: 'IMAP', text: /^\* (?:OK|BYE|PREAUTH)\b/ },
  { name: 'POP3', text: /^(?:\+OK|-ERR)\b.*POP/i },
  { name: 'Redis', text: /^-(?:ERR|NOAUTH|DENIED) / },
  { name: 'NATS', text: /^INFO \{/ },
  // A length, a number, and the version of the protocol before that of the server, or an error.
  { name: 'MySQL', hex: /^.{6}00(?:0a3\d|ff)/ },
  { name: 'the classic protocol', text: /^(?:OK|ERROR: )/ },
];

/** Bytes that are enough to recognize a program. */
export const TELLING_BYTES = 64;

/**
 * The protocol of a program, by the first bytes that it sends to a Picklepost client.
 * @returns a name, or undefined for an unknown protocol
 */
export function recognizeProgram(start: Uint8Array): string | undefined {
  const bytes = Buffer.from(start.subarray(0, TELLING_BYTES));
  const [text, hex] = [bytes.toString('latin1'), bytes.toString('hex')];
  return PROGRAMS.find((program) => program.text?.test(text) === true || program.hex?.test(hex) === true)
    ?.name;
}
