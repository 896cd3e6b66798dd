const kept: object[] = [];

/**
 * Keeps an object for ever, and with it the hidden classes of itself and what it holds. V8 drops those of which no object is left,
 * and all compiled code that knows them. A codec whose objects live for one call would then be compiled again for nearly every call.
 */
export function keepHiddenClasses(object: object): void {
  kept.push(object);
}
