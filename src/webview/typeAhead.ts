/** Milliseconds after which the next letter begins a new word. */
const PAUSE = 800;

/** The beginning of a key that a person has typed in order to go to it. */
export interface Typed {
  /** The letters in lower case. */
  readonly text: string;
  /** Whether the current row may match as well, because a letter was added to the word. */
  readonly isSame: boolean;
}

/** Joins letters that are typed in quick succession into a word. */
export class TypeAhead {
  private text = '';
  private lastTime = 0;

  constructor(private readonly go: (typed: Typed) => void) {}

  /** Ends the word. The next letter begins a new one. */
  end(): void {
    this.text = '';
  }

  /** @returns whether the key is a character */
  press(key: string): boolean {
    if (!/^.$/u.test(key)) return false;
    const now = performance.now();
    if (now - this.lastTime > PAUSE) this.text = '';
    this.lastTime = now;
    this.text += key.toLowerCase();
    this.go({ text: this.text, isSame: this.text.length > key.length });
    return true;
  }
}
