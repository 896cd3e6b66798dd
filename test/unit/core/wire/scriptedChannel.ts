import { Accountant } from '../../../../src/core/accounting/accountant';
import type { FernetKey } from '../../../../src/core/crypto/keys';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/core/limits';
import { ByteReader } from '../../../../src/core/wire/byteReader';
import type { Channel } from '../../../../src/core/wire/channel';
import type { ServeContext } from '../../../../src/core/wire/dialect';
import { DIALECT_NAMES, serveConnection } from '../../../../src/core/wire/dialects';
import type { ReceivedItem } from '../../../../src/core/item/item';
import { MemoryStore } from './memoryStore';
import type { NamedKey } from '../../../../src/core/crypto/namedKey';
import { namedKeys } from '../../../harness/namedKeys';

/** What a peer does, step by step: it is `quiet` for as long as is waited once, or for some milliseconds. */
export type Step = Uint8Array | 'quiet' | number | 'end' | Error;

/** A channel whose peer follows a script, so that silence takes no time. After the script, the peer has ended. */
export class ScriptedChannel implements Channel {
  readonly written: Buffer[] = [];
  private next = 0;
  /** Milliseconds that the pause of this step has lasted so far. */
  private silence = 0;

  /** @param isDeaf whether the peer no longer takes anything */
  constructor(
    private readonly script: readonly Step[],
    private readonly isDeaf = false,
    readonly peer = '10.0.0.7:40000',
  ) {}

  async read(quietAfter: number): Promise<Buffer | 'end' | 'quiet'> {
    await Promise.resolve();
    if (this.staysQuiet(quietAfter)) return 'quiet';
    const step = this.script[this.next] ?? 'end';
    if (quietAfter === 0 && step === 'quiet') return 'quiet';
    this.next++;
    if (step instanceof Error) throw step;
    return typeof step === 'string' ? step : Buffer.from(step as Uint8Array);
  }

  /** Whether a pause is longer than this; a shorter one is over. */
  private staysQuiet(time: number): boolean {
    const step = this.script[this.next];
    if (typeof step !== 'number') return false;
    this.silence += time;
    const isLonger = this.silence < step;
    if (!isLonger) {
      this.next++;
      this.silence = 0;
    }
    return isLonger;
  }

  write(...parts: readonly Uint8Array[]): Promise<void> {
    if (this.isDeaf) return Promise.reject(new Error('nobody listens'));
    this.written.push(Buffer.concat(parts));
    return Promise.resolve();
  }

  end(last?: Uint8Array): Promise<void> {
    if (last) this.written.push(Buffer.from(last));
    return Promise.resolve();
  }

  get output(): Buffer {
    return Buffer.concat(this.written);
  }
}

export interface ServeOptions {
  /** Called `lab`. */
  readonly key?: FernetKey;
  readonly keys?: readonly NamedKey[];
  readonly requireEncryption?: boolean;
  /** All unless given. */
  readonly dialects?: readonly string[];
  readonly allowPickle?: boolean;
  readonly limits?: Partial<Limits>;
  readonly isDeaf?: boolean;
}

/** What came of serving a scripted peer. */
export interface Served {
  readonly store: MemoryStore;
  readonly announced: ReceivedItem[];
  readonly answers: string;
  readonly error: unknown;
}

/** Serves a peer as the receive server does. */
export async function serve(script: readonly Step[], options: ServeOptions = {}): Promise<Served> {
  const channel = new ScriptedChannel(script, options.isDeaf);
  const store = new MemoryStore();
  const announced: ReceivedItem[] = [];
  const context = serveContext(store, options, announced);
  const reader = new ByteReader(channel, context.terms.limits.idleTime);
  let error: unknown;
  try {
    await serveConnection(reader, channel, context);
  } catch (thrown) {
    error = thrown;
  }
  return { store, announced, answers: channel.output.toString(), error };
}

/** @param announced takes the items that are told of */
export function serveContext(
  store: MemoryStore,
  options: ServeOptions = {},
  announced: ReceivedItem[] = [],
): ServeContext {
  return {
    store,
    account: new Accountant().open('192.0.2.1', () => undefined)!,
    terms: {
      keys: [...namedKeys(options.key), ...(options.keys ?? [])],
      requireEncryption: options.requireEncryption ?? false,
      dialects: options.dialects ?? DIALECT_NAMES,
      allowPickle: options.allowPickle ?? true,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
    },
    reports: { onReceived: (item) => announced.push(item), onDeclined: () => undefined },
  };
}

/** Cuts bytes into steps of so many bytes each. */
export function inSteps(bytes: Uint8Array, size: number): Uint8Array[] {
  const steps: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) steps.push(bytes.subarray(at, at + size));
  return steps;
}
