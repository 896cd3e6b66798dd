import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import { Emitter, type Event } from '../../core/scheduling/event';
import { formatAddress, type Address } from '../../core/wire/address';
import { DEFAULT_DIALECT, findDialect } from '../../core/wire/dialects';
import { readSettings, type Settings } from '../shell/settings';
import { checkedTarget, isSameTarget, targetId, type Target } from './target';

/**
 * The source from which a server is known: a pairing, the setting, an earlier choice, the network, or as this machine's own.
 */
export const TARGET_SOURCES = ['paired', 'saved', 'recent', 'nearby', 'own'] as const;
export type TargetSource = (typeof TARGET_SOURCES)[number];

export interface KnownTarget {
  readonly source: TargetSource;
  readonly target: Target;
}

/** A source of servers in addition to the settings, such as servers found on the network. */
export interface TargetProvider {
  readonly source: TargetSource;
  readonly targets: readonly Target[];
  readonly onDidChange: Event<unknown>;
}

/** How many typed addresses are offered again. */
const REMEMBERED = 8;
const RECENT = 'recentTargets';
const PROTECTED = 'protectedServers';
/** Most servers that are remembered to have spoken a dialect that protects the session. */
const MAX_PROTECTED = 500;

/** All known servers: the one model behind the picker, the view "Servers" and requests that are sent again. */
export class KnownTargets {
  private readonly changed = new Emitter<undefined>();
  /** Also if another source knows other servers; not if the settings change. */
  readonly onDidChange = this.changed.event;
  private readonly providers: TargetProvider[] = [];

  constructor(private readonly state: vscode.Memento) {}

  add(provider: TargetProvider): void {
    this.providers.push(provider);
    provider.onDidChange(() => this.changed.fire(undefined));
    this.changed.fire(undefined);
  }

  /** Each server once for each source, grouped by source, in the order of {@link TARGET_SOURCES}. */
  list(settings = readSettings()): KnownTarget[] {
    const saved = savedTargets(settings);
    const own = ownTarget(settings);
    const recent = this.recent.filter(
      (target) => target.name === undefined && ![...saved, own].some((other) => isSameAddress(other, target)),
    );
    const listed: Record<TargetSource, readonly Target[]> = {
      paired: this.provided('paired'),
      saved,
      recent,
      nearby: this.provided('nearby'),
      own: [own],
    };
    return TARGET_SOURCES.flatMap((source) => unique(listed[source]).map((target) => ({ source, target })));
  }

  /** Each server once, the last choice first. */
  lastFirst(settings: Settings): Target[] {
    const known = this.list(settings).map(({ target }) => target);
    const recentFirst = this.recent.flatMap((recent) => known.find((one) => isSameTarget(one, recent)) ?? []);
    return unique([...recentFirst, ...known]);
  }

  /**
   * The current server of the same name or address, in case the settings have changed since.
   * @throws PicklepostError `unsupported`
   */
  current(target: Target, settings: Settings): Target {
    return checkedTarget(
      this.lastFirst(settings).find((candidate) => isSameTarget(candidate, target)) ?? target,
    );
  }

  /** @throws PicklepostError `unsupported` */
  named(name: string, settings: Settings): Target {
    const found = this.lastFirst(settings).find((candidate) => candidate.name === name);
    if (found) return found;
    throw new PicklepostError(
      'unsupported',
      vscode.l10n.t(
        'The setting "picklepost.send.defaultDestination" names "{0}", but "picklepost.destinations" has no server of that name.',
        name,
      ),
    );
  }

  /** Notes that the person has chosen a server. */
  async remember(target: Target): Promise<void> {
    const others = this.recent.filter((recent) => !isSameTarget(recent, target));
    await this.keep([target, ...others].slice(0, REMEMBERED));
  }

  /** Forgets a server that was chosen before. */
  async forget(target: Target): Promise<void> {
    await this.keep(this.recent.filter((recent) => !isSameTarget(recent, target)));
  }

  /** Notes that a server has accepted an item in the dialect of this target. */
  async noteSent({ host, port, dialect, url }: Target): Promise<void> {
    if (
      url !== undefined ||
      findDialect(dialect).protection !== 'session' ||
      this.isProtected({ host, port })
    )
      return;
    const others = this.state.get<string[]>(PROTECTED, []);
    await this.state.update(PROTECTED, [formatAddress({ host, port }), ...others].slice(0, MAX_PROTECTED));
  }

  /**
   * Whether a server has spoken a dialect that protects the session: another one would be a downgrade, which is never
   * suggested.
   */
  isProtected(address: Address): boolean {
    return this.state.get<string[]>(PROTECTED, []).includes(formatAddress(address));
  }

  private get recent(): readonly Target[] {
    return this.state.get<Target[]>(RECENT, []);
  }

  private async keep(recent: readonly Target[]): Promise<void> {
    await this.state.update(RECENT, recent);
    this.changed.fire(undefined);
  }

  private provided(source: TargetSource): readonly Target[] {
    return this.providers.filter((one) => one.source === source).flatMap(({ targets }) => targets);
  }
}

function savedTargets({ destinations }: Settings): Target[] {
  return destinations.map((entry) => ({ ...entry, dialect: entry.dialect ?? DEFAULT_DIALECT }));
}

/** The receive server of this machine. */
function ownTarget({ receive }: Settings): Target {
  return { host: '127.0.0.1', port: receive.port, dialect: DEFAULT_DIALECT };
}

/** Keeps the first of servers that are the same to a person. */
function unique(targets: readonly Target[]): Target[] {
  const ids = targets.map(targetId);
  return targets.filter((_, index) => ids.indexOf(ids[index] ?? '') === index);
}

function isSameAddress(a: Target, b: Target): boolean {
  return a.host === b.host && a.port === b.port && a.dialect === b.dialect;
}
