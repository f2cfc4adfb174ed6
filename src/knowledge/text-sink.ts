// Collects the text of marked-up formats: white space is one space, blocks are parted by lines, and there is an end.

/** What parts two pieces of text, the stronger the later. */
const GAPS = [" ", " | ", "\n", "\n\n"] as const;
type Gap = (typeof GAPS)[number];

export class TextSink {
  readonly #charactersMax: number;
  readonly #pieces: string[] = [];
  #length = 0;
  #gap: Gap | null = null;
  #mark = "";

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  /** True when nothing more is taken: the reader may stop. */
  get isFull(): boolean {
    return this.#length > this.#charactersMax;
  }

  /** Text as it runs; how much white space there is, and of what kind, means nothing. */
  words(text: string): void {
    const kept = text.trim();
    if (kept === "") return text === "" ? undefined : this.gap(" ");
    if (/^\s/.test(text)) this.gap(" ");
    this.#write(kept.replace(/\s+/g, " "));
    if (/\s$/.test(text)) this.gap(" ");
  }

  /** Something parts what came from what comes. Of several in a row the strongest stands. */
  gap(gap: Gap): void {
    if (this.#gap === null || GAPS.indexOf(gap) > GAPS.indexOf(this.#gap)) this.#gap = gap;
    if (gap === "\n" || gap === "\n\n") this.#mark = "";
  }

  /** Stands before the next words, if they come before the line ends: `# ` or `- `. */
  mark(mark: string): void {
    this.#mark = mark;
  }

  /** One unit longer than the limit when there was more; whoever finishes the text cuts it. */
  text(): string {
    return this.#pieces.join("");
  }

  #write(words: string): void {
    if (this.isFull) return;
    const gap = this.#length === 0 ? "" : (this.#gap ?? "");
    const piece = (gap + this.#mark + words).slice(0, this.#charactersMax + 1 - this.#length);
    this.#pieces.push(piece);
    this.#length += piece.length;
    this.#gap = null;
    this.#mark = "";
  }
}
