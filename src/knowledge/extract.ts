// A file's text, whatever it comes in. It may take seconds and much memory: the daemon calls it in a thread of its own,
// which the extractor watches.
import { readCsv } from "./csv.ts";
import { readDocx } from "./docx.ts";
import {
  type ExtractedText,
  type ExtractLimits,
  finishText,
  type TextKind,
  unreadable,
} from "./extracted.ts";
import { readHtml } from "./html.ts";
import { readPdf } from "./pdf.ts";
import { decodeText } from "./text-encoding.ts";

type Read = (bytes: Uint8Array, limits: ExtractLimits) => ExtractedText | Promise<ExtractedText>;

const READERS: Readonly<Record<TextKind, Read>> = {
  txt: readPlain,
  md: readPlain,
  csv: readCsv,
  html: readHtml,
  pdf: readPdf,
  docx: readDocx,
};

/** Reads `bytes` as a file of this kind. Throws AppError `unreadable_file` with the reason, and nothing else. */
export async function extractText(
  kind: TextKind,
  bytes: Uint8Array,
  limits: ExtractLimits,
): Promise<ExtractedText> {
  if (bytes.length > limits.bytesMax) throw unreadable("too_large");
  return READERS[kind](bytes, limits);
}

/** Markdown is its own text: its marks tell headings from what follows. */
function readPlain(bytes: Uint8Array, { charactersMax }: ExtractLimits): ExtractedText {
  const text = decodeText(bytes);
  const isTruncated = text.trimEnd().length > charactersMax;
  // What is cut or composed away makes it shorter, so that a little more than the limit is enough to begin with.
  return { text: finishText(text.slice(0, charactersMax * 2), charactersMax), isTruncated };
}
