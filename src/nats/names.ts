/* Names of the streams and subjects of a shared inbox (docs/nats.md). */

const PREFIX = 'picklepost';

/** The name of the stream that holds an inbox. */
export function streamName(inbox: string): string {
  return `PICKLEPOST_${inbox}`;
}

/** The inbox of a stream; undefined for other streams. */
export function inboxOfStream(stream: string): string | undefined {
  return /^PICKLEPOST_([\w-]{1,64})$/.exec(stream)?.[1];
}

/** All subjects of an inbox. */
export function allSubjects(inbox: string): string {
  return `${PREFIX}.${inbox}.>`;
}

/** The subjects of the manifests of all senders. */
export function manifestSubjects(inbox: string): string {
  return manifestSubject(inbox, '*');
}

export function manifestSubject(inbox: string, sender: string): string {
  return `${PREFIX}.${inbox}.${sender}.item`;
}

export function pieceSubject(inbox: string, sender: string, item: string, index: number | '*'): string {
  return `${PREFIX}.${inbox}.${sender}.piece.${item}.${index}`;
}

/** The sender of a manifest, by its subject; undefined for any other subject. */
export function senderOfSubject(inbox: string, subject: string): string | undefined {
  const [prefix, name, sender, what, ...more] = subject.split('.');
  const isManifest = prefix === PREFIX && name === inbox && what === 'item' && more.length === 0;
  return isManifest ? sender : undefined;
}

/**
 * The subject for answers, on which nobody else may listen.
 * @param name user of the credentials, otherwise sender or reader
 */
export function answerPrefix(name: string): string {
  return `_INBOX_${name}`;
}
