// A PDF's text, page by page. Pictures, forms' scripts and attachments are never looked at, and nothing is fetched.
// Fonts that need a predefined character map for Chinese, Japanese or Korean give no text: the maps are not on board.
import type { PDFDocumentProxy } from "unpdf/pdfjs";
import type { ExtractedText, ExtractLimits } from "./extracted.ts";
import { finishText, unreadable } from "./extracted.ts";

/** A piece of text and where it stands on the page: `transform` ends with x and y in points, y growing upwards. */
interface Piece {
  str: string;
  hasEOL: boolean;
  height: number;
  transform: number[];
}

/** Lines further apart than this many heights of the letters belong to different paragraphs. */
const PARAGRAPH_HEIGHTS = 1.75;

/** A word that a line break has cut. */
const HYPHENATED = /(\p{Ll})[-\u2010]\n(?=\p{Ll})/gu;

/** Throws AppError `unreadable_file` when it asks for a password or is damaged beyond repair. */
export async function readPdf(bytes: Uint8Array, limits: ExtractLimits): Promise<ExtractedText> {
  // Loaded where it is needed: it is large, and most files are no PDF.
  const pdf = await import("unpdf/pdfjs");
  const task = pdf.getDocument({
    data: bytes.slice(), // it takes what it is given
    verbosity: pdf.VerbosityLevel.ERRORS,
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
  });
  try {
    return await readPages(await task.promise, limits);
  } catch (error) {
    throw unreadable(error instanceof pdf.PasswordException ? "encrypted" : "broken");
  } finally {
    await task.destroy();
  }
}

async function readPages(document: PDFDocumentProxy, limits: ExtractLimits): Promise<ExtractedText> {
  const { numPages: pages } = document;
  const texts: string[] = [];
  let length = 0;
  let readCount = 0;
  for (; readCount < Math.min(pages, limits.pagesMax) && length <= limits.charactersMax; readCount++) {
    const text = await readPage(document, readCount + 1, limits.charactersMax + 1 - length);
    texts.push(text);
    length += text.length;
  }
  const text = finishText(texts.join("\n\n").replace(HYPHENATED, "$1"), limits.charactersMax);
  return { text, pages, isTruncated: readCount < pages || length > limits.charactersMax };
}

async function readPage(
  document: PDFDocumentProxy,
  pageNumber: number,
  charactersMax: number,
): Promise<string> {
  const page = await document.getPage(pageNumber);
  const layout = new PageLayout();
  const chunks = page.streamTextContent().values() as AsyncIterable<{ items: (Piece | object)[] }>;
  // To its end, wanted or not: a stream that is left early fails in the library's own time.
  for await (const { items } of chunks) {
    if (layout.text.length > charactersMax) continue;
    for (const item of items) if ("str" in item) layout.add(item);
  }
  page.cleanup();
  return layout.text.slice(0, charactersMax);
}

/** Puts pieces together in the order in which the file draws them, with an empty line where there is a wide gap. */
class PageLayout {
  text = "";
  #y: number | null = null;
  #height = 0;

  add({ str, hasEOL, height, transform }: Piece): void {
    const y = transform[5] ?? 0;
    if (str.trim() !== "") {
      if (this.#isFarFrom(y, height)) this.text = `${this.text.trimEnd()}\n\n`;
      this.#y = y;
      this.#height = height;
    }
    this.text += hasEOL ? `${str}\n` : str;
  }

  #isFarFrom(y: number, height: number): boolean {
    if (this.#y === null) return false;
    return Math.abs(this.#y - y) > PARAGRAPH_HEIGHTS * Math.max(height, this.#height);
  }
}
