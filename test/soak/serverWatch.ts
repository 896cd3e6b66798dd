import type { AttackedServer, Gauges } from '../attacks/attackedServer';

/** Bytes of the server process, whoever does whatever to it: 400 MB. */
const MEMORY = 400_000_000;
/** Milliseconds between two looks. */
const INTERVAL = 1_000;

/** Looks again and again at what a server holds. */
export class ServerWatch {
  private readonly looks: Gauges[] = [];
  private readonly looking = setInterval(() => this.look(), INTERVAL);
  private hasCrashed = false;
  private disk = 0;

  constructor(
    private readonly name: string,
    private readonly server: AttackedServer,
  ) {}

  end(): void {
    clearInterval(this.looking);
    this.look();
    this.hasCrashed = !this.server.isRunning;
    this.disk = this.server.diskBytes;
  }

  /** @param quota bytes that unfinished items may have @returns what must not be */
  problems(quota: number): string[] {
    const { memory, descriptors, unfinished } = this.peak();
    const most = (this.server.descriptorLimit ?? Infinity) / 2;
    return [
      ...(this.hasCrashed ? ['has crashed'] : []),
      ...(memory >= MEMORY ? [`held ${megabytes(memory)} of memory`] : []),
      ...(descriptors >= most ? [`had ${String(descriptors)} descriptors`] : []),
      ...(unfinished >= quota ? [`kept ${megabytes(unfinished)} of unfinished items`] : []),
    ].map((problem) => `The server that ${this.name}: ${problem}.`);
  }

  row(): object {
    const { memory, descriptors, unfinished } = this.peak();
    return {
      server: this.name,
      memory: megabytes(memory),
      descriptors: `${String(descriptors)} of ${String(this.server.descriptorLimit ?? '?')}`,
      unfinished: megabytes(unfinished),
      'disk at the end': megabytes(this.disk),
      'items stored': this.server.received.size,
      'processor s': (this.looks.at(-1)?.cpuSeconds ?? 0).toFixed(0),
      'lines about peers': this.server.complaints,
    };
  }

  private look(): void {
    this.looks.push(this.server.gauges());
  }

  private peak(): { memory: number; descriptors: number; unfinished: number } {
    const most = (of: (look: Gauges) => number | undefined): number =>
      this.looks.reduce((peak, look) => Math.max(peak, of(look) ?? 0), 0);
    return {
      memory: most(({ memory }) => memory),
      descriptors: most(({ descriptors }) => descriptors),
      unfinished: most(({ unfinished }) => unfinished),
    };
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
