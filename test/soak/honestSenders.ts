import { setTimeout as sleep } from 'node:timers/promises';
import type { DialectName } from '../../src/core/wire/dialects';
import type { AttackedServer } from '../attacks/attackedServer';
import type { HonestReport } from './honest';
import { SoakProcess } from './soakProcess';

/** Somebody who sends one item after another to a server, in one dialect. */
export class HonestSenders {
  private readonly reports: HonestReport[] = [];
  private readonly process: SoakProcess;
  private lost = 0;

  constructor(
    private readonly server: AttackedServer,
    private readonly dialect: DialectName,
    private readonly isEncrypted = false,
  ) {
    const key = isEncrypted ? server.key.toText() : '';
    this.process = SoakProcess.start('honest', [String(server.port), dialect, key], (report) =>
      this.reports.push(report as HonestReport),
    );
  }

  /** Settles when the first item has been sent. */
  get started(): Promise<unknown> {
    return this.process.started;
  }

  /** @param patience milliseconds that the server has to say that the last items are there */
  async end(patience: number): Promise<void> {
    await this.process.end();
    const sent = this.reports.flatMap(({ sha256 }) => sha256 ?? []);
    const all = Promise.all(sent.map((sha256) => this.server.untilReceived(sha256)));
    await Promise.race([all, sleep(patience, undefined, { ref: false })]);
    this.lost = sent.filter((sha256) => !this.server.received.has(sha256)).length;
  }

  /** Findings that fail the run. */
  problems(): string[] {
    const errors = new Set(this.reports.flatMap(({ error }) => error ?? []));
    return [
      ...[...errors].map((error) => `${this.name}: ${error}`),
      ...(this.lost > 0 ? [`${this.name}: ${String(this.lost)} items are lost.`] : []),
      ...(this.refused > 0 ? [`${this.name}: refused ${String(this.refused)} times.`] : []),
      ...(this.reports.length === 0 ? [`${this.name}: nothing has been sent.`] : []),
    ];
  }

  row(): object {
    const waits = this.reports.map(({ seconds }) => seconds).sort((a, b) => a - b);
    const at = (share: number): string =>
      (waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0).toFixed(2);
    const failed = this.reports.filter(({ error }) => error !== undefined).length;
    return {
      'honest sender': this.name,
      sent: this.reports.length - failed,
      lost: this.lost,
      refused: this.refused,
      failed,
      'median s': at(0.5),
      '99 % s': at(0.99),
      'longest s': at(1),
    };
  }

  private get refused(): number {
    return this.reports.reduce((sum, { refusals }) => sum + refusals, 0);
  }

  private get name(): string {
    return `${this.dialect}${this.isEncrypted ? ', encrypted' : ''}, port ${String(this.server.port)}`;
  }
}
