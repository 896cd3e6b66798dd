/** Milliseconds after which a further letter begins another word. */
const PAUSE = 800;

/** The beginning of a key that a person types to go to it. */
export interface Typed {
  /** In lower case. */
  readonly text: string;
  /** Whether the row where one is fits too: the word has grown longer. */
  readonly isSame: boolean;
}

/** Puts letters that are typed together into a word. */
export class TypeAhead {
  private text = '';
  private lastTime = 0;

  constructor(private readonly go: (typed: Typed) => void) {}

  /** What comes next begins another word. */
  end(): void {
    this.text = '';
  }

  /** @returns whether the key is a letter, or another character */
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
