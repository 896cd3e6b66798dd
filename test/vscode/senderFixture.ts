import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FernetKey } from '../../src/core/crypto/keys';
import { MemorySecrets } from '../harness/memorySecrets';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { ContentSource } from '../../src/editor/sending/contentSource';
import { EncryptionPicker } from '../../src/editor/sending/encryptionPicker';
import { KeyCommands } from '../../src/editor/keys/keyCommands';
import { Keyring } from '../../src/editor/keys/keyring';
import { Outbox, type QueueEntry } from '../../src/editor/sending/outbox';
import { Reporter, type MessageAction } from '../../src/editor/shell/reporter';
import { Sender } from '../../src/editor/sending/sender';
import { KnownTargets } from '../../src/editor/sending/knownTargets';
import type { Target } from '../../src/editor/sending/target';
import { TargetPicker } from '../../src/editor/sending/targetPicker';
import { ValueWorker } from '../../src/worker/valueWorker';
import { projectRoot } from '../harness/setup';

/** Keeps what it is told as VS Code does between two starts of a window: as JSON. */
export class MemoryState implements vscode.Memento {
  private readonly texts = new Map<string, string>();

  keys(): readonly string[] {
    return [...this.texts.keys()];
  }

  get<T>(key: string, otherwise?: T): T {
    const text = this.texts.get(key);
    return (text === undefined ? otherwise : JSON.parse(text)) as T;
  }

  update(key: string, value: unknown): Promise<void> {
    this.texts.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
}

/** Messages that a person would have seen. */
export interface Told {
  readonly message: string;
  readonly actions: readonly MessageAction[];
}

let log: vscode.LogOutputChannel | undefined;

/** The one log of all tests: those of one name are one for VS Code, and would be disposed of for all. */
export function testLog(): vscode.LogOutputChannel {
  return (log ??= vscode.window.createOutputChannel('Picklepost test', { log: true }));
}

/** Shows nothing, and keeps what it was to show. */
export class RecordingReporter extends Reporter {
  readonly told: Told[] = [];
  private readonly hasTold = new vscode.EventEmitter<undefined>();

  constructor() {
    super(testLog());
  }

  override error(error: unknown, ...actions: MessageAction[]): Promise<void> {
    return this.keep(error instanceof Error ? error.message : String(error), actions);
  }

  override warning(message: string, ...actions: MessageAction[]): Promise<void> {
    return this.keep(message, actions);
  }

  override information(message: string, ...actions: MessageAction[]): Promise<void> {
    return this.keep(message, actions);
  }

  get last(): Told {
    const last = this.told.at(-1);
    assert.ok(last, 'nobody was told anything');
    return last;
  }

  /** Settles once the last that was told is this. */
  async tells(message: RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!message.test(this.told.at(-1)?.message ?? '')) return;
        subscription.dispose();
        resolve();
      };
      const subscription = this.hasTold.event(check);
      check();
    });
  }

  /** Does what a button of the last message does. */
  async press(title: string): Promise<void> {
    const action = this.last.actions.find((one) => one.title === title);
    assert.ok(action, `no button "${title}" in ${JSON.stringify(this.last.actions)}`);
    await action.run();
  }

  private keep(message: string, actions: readonly MessageAction[]): Promise<void> {
    this.told.push({ message, actions });
    this.hasTold.fire(undefined);
    return Promise.resolve();
  }
}

/** A sender as the extension builds it, whose state a test can look at, and that can be started again. */
export class SenderFixture implements vscode.Disposable {
  readonly state = new MemoryState();
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-sender-'));
  readonly reporter = new RecordingReporter();
  readonly keyring = new Keyring(new MemorySecrets());
  private readonly worker = new ValueWorker(
    path.join(projectRoot, 'dist/worker.js'),
    DEFAULT_LIMITS.nestingDepth,
  );
  outbox = new Outbox(this.state);
  targets = new TargetPicker(new KnownTargets(this.state));
  readonly encryption = new EncryptionPicker(
    this.keyring,
    new KeyCommands(this.keyring, this.reporter),
    this.state,
  );
  sender = this.createSender();

  /** The window is closed and opened again. */
  restart(): void {
    this.outbox = new Outbox(this.state);
    this.sender = this.createSender();
  }

  get entry(): QueueEntry {
    const [newest] = this.outbox.entries;
    assert.ok(newest, 'nothing was sent');
    return newest;
  }

  write(name: string, content: string | Uint8Array): vscode.Uri {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return vscode.Uri.file(file);
  }

  async makeKey(name: string): Promise<FernetKey> {
    const key = FernetKey.generate();
    await this.keyring.set(name, key);
    return key;
  }

  /** Settles when the newest entry has got into a state. */
  async reaches(state: QueueEntry['state']): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.outbox.entries[0]?.state !== state) return;
        subscription.dispose();
        resolve();
      };
      const subscription = this.outbox.onDidChange(check);
      check();
    });
  }

  dispose(): void {
    for (const { id } of this.outbox.entries) void this.outbox.stop(id);
    this.worker.dispose();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private createSender(): Sender {
    const { keyring, reporter, state, outbox, worker, targets, encryption } = this;
    const content = new ContentSource(worker, () => Promise.resolve(undefined));
    return new Sender({ keyring, prompts: { targets, encryption }, content, reporter, state, outbox });
  }
}

/** Sets some settings of Picklepost for as long as a test runs. */
export async function configure(settings: Record<string, unknown>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('picklepost');
  for (const [key, value] of Object.entries(settings))
    await configuration.update(key, value, vscode.ConfigurationTarget.Global);
}

/** Sends to this server from now on, without asking anything. */
export async function sendTo(target: Partial<Target> & { port: number }): Promise<void> {
  await configure({
    destinations: [{ name: 'Test', host: '127.0.0.1', ...target }],
    'send.defaultDestination': 'Test',
    'send.encryption': 'never',
    'send.format': 'json',
    'send.wait': false,
  });
}
