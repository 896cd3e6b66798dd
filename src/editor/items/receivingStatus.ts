import { Emitter } from '../../core/scheduling/event';

/** What the receive server has to say in the view "Received", which knows nothing else of it. */
export class ReceivingStatus {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private currentWarning: string | undefined;

  /** What the person should know as long as it is so. */
  get warning(): string | undefined {
    return this.currentWarning;
  }

  warn(warning: string | undefined): void {
    if (warning === this.currentWarning) return;
    this.currentWarning = warning;
    this.changed.fire(undefined);
  }
}
