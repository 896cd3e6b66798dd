import type { NodeInfo } from '../../core/inspection/inspection';
import { AS_STORED } from '../../core/values/asStored';

type Path = readonly number[];

/** Values of one item or file that are shown as their stored calls, and not as their recognized values. */
export class StoredPlaces {
  private readonly places = new Set<string>();

  /** Switches a value to its stored call, or back. @param path of either */
  set(path: Path, isStored: boolean): void {
    const key = keyOf(shownPath(path));
    if (isStored) this.places.add(key);
    else this.places.delete(key);
  }

  has(path: Path): boolean {
    return this.places.has(keyOf(path));
  }

  /** Switches back everything above a value, so that its row exists. @returns whether anything has changed */
  uncover(path: Path): boolean {
    let hasChanged = false;
    for (let depth = 0; depth <= path.length; depth++)
      hasChanged = this.places.delete(keyOf(path.slice(0, depth))) || hasChanged;
    return hasChanged;
  }

  /** The shown form of values: the stored call for those that are switched. @param ask about a value by its path */
  async turned(infos: readonly NodeInfo[], ask: (path: Path) => Promise<NodeInfo>): Promise<NodeInfo[]> {
    if (this.places.size === 0) return [...infos];
    return Promise.all(
      infos.map(async (info) => (this.has(info.path) ? ask([...info.path, AS_STORED]) : info)),
    );
  }
}

/** The path of a value without the step to its stored call. */
export function shownPath(path: Path): Path {
  return path.at(-1) === AS_STORED ? path.slice(0, -1) : path;
}

function keyOf(path: Path): string {
  return path.join('/');
}
