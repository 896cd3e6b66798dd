import { Session } from 'node:inspector/promises';

/** Which blocks of this program's bundle have run, as V8 counts them. */
export class Coverage {
  private readonly session = new Session();
  private seen = new Set<string>();
  private last: string[] = [];

  private constructor() {
    this.session.connect();
  }

  static async begin(): Promise<Coverage> {
    const coverage = new Coverage();
    await coverage.session.post('Profiler.enable');
    await coverage.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return coverage;
  }

  /** Whether blocks have run since the last call that had not before. */
  async hasGrown(): Promise<boolean> {
    const { result } = await this.session.post('Profiler.takePreciseCoverage');
    this.last = [];
    for (const { url, scriptId, functions } of result) {
      if (!url.startsWith(`file://${__dirname}`) && !url.startsWith(__dirname)) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges) {
          const block = `${scriptId} ${String(startOffset)} ${String(endOffset)}`;
          if (count > 0 && !this.seen.has(block)) this.last.push(block);
        }
    }
    for (const block of this.last) this.seen.add(block);
    return this.last.length > 0;
  }

  /** Has what the last call found be found again, input by input. */
  forgetLast(): void {
    for (const block of this.last) this.seen.delete(block);
  }

  async end(): Promise<void> {
    await this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }
}
