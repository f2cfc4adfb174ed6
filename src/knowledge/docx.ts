// A Word document's main text: paragraphs, headings, lists and tables in their order. Headers, footnotes and comments
// are other members of the archive and stay unread; deleted and hidden text is not there.
import type { ExtractedText, ExtractLimits } from "./extracted.ts";
import { finishText, unreadable } from "./extracted.ts";
import { type Attributes, readMarkup } from "./markup.ts";
import { decodeText } from "./text-encoding.ts";
import { TextSink } from "./text-sink.ts";
import { listZip, unzip, wordMember } from "./zip.ts";

/** Style ids are in the language of the Word that wrote them, without accents or with. */
const HEADING_STYLE = /^(?:heading|t[ií]?tulo|titre|[uü]?berschrift)\s?([1-6])$/i;

/** What was moved elsewhere, and the older twin of a drawing. */
const DROPPED: ReadonlySet<string> = new Set(["w:moveFrom", "mc:Fallback"]);

/** Throws AppError `unreadable_file` when it is encrypted, damaged, or unpacks to more than it may. */
export function readDocx(bytes: Uint8Array, limits: ExtractLimits): ExtractedText {
  const main = wordMember(listZip(bytes) ?? []);
  if (main === null) throw unreadable("broken");
  const document = new DocumentText(limits.charactersMax);
  const xml = decodeText(unzip(bytes, main, limits.unzippedBytesMax));
  readMarkup(xml, { isXml: true, nestingMax: limits.nestingMax }, document);
  if (!document.isDocument) throw unreadable("broken");
  return document.finish(limits);
}

class DocumentText {
  /** Whether its root was seen. */
  isDocument = false;
  readonly #sink: TextSink;
  #droppedDepth = 0;
  #cellDepth = 0;
  #isInText = false;
  #isRunHidden = false;
  #isListItem = false;

  constructor(charactersMax: number) {
    this.#sink = new TextSink(charactersMax);
  }

  open(name: string, attributes: Attributes): void {
    if (this.#droppedDepth > 0 || DROPPED.has(name)) {
      this.#droppedDepth++;
      return;
    }
    if (name === "w:document") this.isDocument = true;
    else if (name === "w:r") this.#isRunHidden = false;
    else if (name === "w:vanish") this.#isRunHidden = isOn(attributes);
    else if (name === "w:t") this.#isInText = true;
    else if (name === "w:tc") this.#cellDepth++;
    else this.#shape(name, attributes);
  }

  close(name: string): void {
    if (this.#droppedDepth > 0) {
      this.#droppedDepth--;
      return;
    }
    if (name === "w:t") this.#isInText = false;
    else if (name === "w:tc") this.#closeCell();
    else if (name === "w:tr") this.#sink.gap(this.#cellDepth > 0 ? " " : "\n");
    else if (name === "w:tbl") this.#sink.gap(this.#cellDepth > 0 ? " " : "\n\n");
    else if (name === "w:p") this.#closeParagraph();
  }

  text(text: string): void {
    if (this.#isInText && !this.#isRunHidden && this.#droppedDepth === 0) this.#sink.words(text);
  }

  isDone(): boolean {
    return this.#sink.isFull;
  }

  finish({ charactersMax }: ExtractLimits): ExtractedText {
    return { text: finishText(this.#sink.text(), charactersMax), isTruncated: this.#sink.isFull };
  }

  #shape(name: string, attributes: Attributes): void {
    if (name === "w:tab") this.#sink.gap(" ");
    else if (name === "w:br" || name === "w:cr") this.#sink.gap(this.#cellDepth > 0 ? " " : "\n");
    else if (name === "w:numPr") this.#beginListItem();
    else if (name === "w:pStyle") this.#styleParagraph(attributes["w:val"] ?? "");
  }

  #beginListItem(): void {
    this.#isListItem = true;
    this.#sink.mark("- ");
  }

  #styleParagraph(style: string): void {
    const [, level] = HEADING_STYLE.exec(style) ?? [];
    if (level !== undefined && this.#cellDepth === 0) this.#sink.mark(`${"#".repeat(Number(level))} `);
  }

  #closeParagraph(): void {
    if (this.#cellDepth > 0) this.#sink.gap(" ");
    else this.#sink.gap(this.#isListItem ? "\n" : "\n\n");
    this.#isListItem = false;
  }

  #closeCell(): void {
    this.#cellDepth--;
    this.#sink.gap(this.#cellDepth > 0 ? " " : " | ");
  }
}

/** A switch of WordprocessingML is on unless it says otherwise. */
function isOn(attributes: Attributes): boolean {
  return !["0", "false", "off"].includes(attributes["w:val"] ?? "");
}
