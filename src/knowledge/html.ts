// A page as the text that a reader sees: no scripts, no styles, nothing hidden.
import type { ExtractedText, ExtractLimits } from "./extracted.ts";
import { finishText } from "./extracted.ts";
import { type Attributes, readMarkup } from "./markup.ts";
import { decodeText } from "./text-encoding.ts";
import { TextSink } from "./text-sink.ts";

/** Elements whose content is not the page's text. */
const DROPPED = words(
  "script style template noscript svg math iframe object embed canvas audio video select textarea datalist button",
);
const PARAGRAPHS = words(
  "address article aside blockquote body details dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main",
  "nav ol p pre section table title ul",
);
const LINES = words("br caption dd div dt figcaption legend li summary tr");
const CELLS = words("td th");
const HEADING = /^h([1-6])$/;

/** Attributes that hide an element, as far as the page alone tells; style sheets are not read. */
const HIDING_STYLE = /\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i;

/** In the first kilobyte, as browsers look for it. */
const DECLARED_CHARSET = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})/i;
const CHARSET_BYTES = 1024;

/** Throws AppError `unreadable_file` when elements are nested too deeply. */
export function readHtml(bytes: Uint8Array, limits: ExtractLimits): ExtractedText {
  const page = new PageText(limits.charactersMax);
  const text = decodeText(bytes, declaredCharset(bytes));
  readMarkup(text, { isXml: false, nestingMax: limits.nestingMax }, page);
  return page.finish(limits);
}

class PageText {
  readonly #sink: TextSink;
  /** Elements open since, and with, the one whose content is dropped. */
  #droppedDepth = 0;
  #preDepth = 0;

  constructor(charactersMax: number) {
    this.#sink = new TextSink(charactersMax);
  }

  open(name: string, attributes: Attributes): void {
    if (this.#droppedDepth > 0 || DROPPED.has(name) || isHidden(attributes)) {
      this.#droppedDepth++;
      return;
    }
    if (name === "pre") this.#preDepth++;
    this.#part(name);
    const [, level] = HEADING.exec(name) ?? [];
    if (level !== undefined) this.#sink.mark(`${"#".repeat(Number(level))} `);
    if (name === "li") this.#sink.mark("- ");
  }

  close(name: string): void {
    if (this.#droppedDepth > 0) {
      this.#droppedDepth--;
      return;
    }
    if (name === "pre") this.#preDepth--;
    this.#part(name);
  }

  text(text: string): void {
    if (this.#droppedDepth > 0) return;
    if (this.#preDepth === 0) return this.#sink.words(text);
    for (const [index, line] of text.split("\n").entries()) {
      if (index > 0) this.#sink.gap("\n");
      this.#sink.words(line);
    }
  }

  isDone(): boolean {
    return this.#sink.isFull;
  }

  finish({ charactersMax }: ExtractLimits): ExtractedText {
    return { text: finishText(this.#sink.text(), charactersMax), isTruncated: this.#sink.isFull };
  }

  #part(name: string): void {
    if (PARAGRAPHS.has(name)) this.#sink.gap("\n\n");
    else if (LINES.has(name)) this.#sink.gap("\n");
    else if (CELLS.has(name)) this.#sink.gap(" | ");
  }
}

function isHidden(attributes: Attributes): boolean {
  return "hidden" in attributes || HIDING_STYLE.test(attributes["style"] ?? "");
}

function declaredCharset(bytes: Uint8Array): string | null {
  const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, CHARSET_BYTES));
  return DECLARED_CHARSET.exec(head)?.[1] ?? null;
}

function words(...lists: string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(" ")));
}
