// Walks through HTML or XML, tag by tag, without building a tree. Document type definitions are passed over, so no
// entity but the standard ones means anything, and nothing outside the text is ever fetched.
import { Parser } from "htmlparser2";
import { unreadable } from "./extracted.ts";

export type Attributes = Readonly<Record<string, string>>;

export interface MarkupReader {
  open(name: string, attributes: Attributes): void;
  close(name: string): void;
  /** Decoded; a run of text may come in several pieces. */
  text(text: string): void;
  /** True when the rest need not be read. */
  isDone(): boolean;
}

/** Between two of them the reader is asked whether it has enough. */
const CHUNK_UNITS = 64 * 1024;

/** Every element that opens closes, too: those left open close at the end. Throws `unreadable_file` when too deep. */
export function readMarkup(
  text: string,
  options: { isXml: boolean; nestingMax: number },
  reader: MarkupReader,
): void {
  let depth = 0;
  const handlers = {
    onopentag(name: string, attributes: Attributes): void {
      if (++depth > options.nestingMax) throw unreadable("too_deep");
      reader.open(name, attributes);
    },
    onclosetag(name: string): void {
      depth--;
      reader.close(name);
    },
    ontext: (piece: string): void => reader.text(piece),
  };
  const parser = new Parser(handlers, { xmlMode: options.isXml });
  for (let at = 0; at < text.length && !reader.isDone(); at += CHUNK_UNITS) {
    parser.write(text.slice(at, at + CHUNK_UNITS));
  }
  parser.end();
}
