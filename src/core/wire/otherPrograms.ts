interface Program {
  readonly name: string;
  /** What the text that it says first looks like. */
  readonly text?: RegExp;
  /** What its first bytes look like, in hexadecimal digits. */
  readonly hex?: RegExp;
}

/** Programs that are known by how they answer somebody who does not speak their protocol. */
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
  // A length, a number, and the version of the protocol in front of that of the server, or an error.
  { name: 'MySQL', hex: /^.{6}00(?:0a3\d|ff)/ },
  { name: 'the classic dialect', text: /^(?:OK|ERROR: )/ },
];

/** Bytes that tell what a program speaks. */
export const TELLING_BYTES = 64;

/**
 * What a program speaks, by the first bytes that it says to a Picklepost.
 * @returns a name, or undefined for a protocol that is not known here
 */
export function recognizeProgram(start: Uint8Array): string | undefined {
  const bytes = Buffer.from(start.subarray(0, TELLING_BYTES));
  const [text, hex] = [bytes.toString('latin1'), bytes.toString('hex')];
  return PROGRAMS.find((program) => program.text?.test(text) === true || program.hex?.test(hex) === true)
    ?.name;
}
