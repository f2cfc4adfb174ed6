// What stands inside one line: code spans, URLs, links, HTML tags, escapes and runs of mark characters, read once
// from left to right. Which marks belong together is mark-pairs.ts. Every search is bounded or linear, so a hostile
// line costs no more than a long one.
import { htmlTagAt } from "./html-tags.ts";
import { writeMarks } from "./mark-pairs.ts";
import type { MarkdownReader, Piece, Run } from "./mark-pairs.ts";

/** One token that may mean something; all other text is taken as it is. */
const TOKEN = /\\[!-/:-@[-`{-~]|`+|https?:\/\/[^\s<>`]+|!?\[|<|\*+|__+|~~+/g;

/** `[label](url "title")`; the lengths are bounds on the search, far above any real link. */
const LINK =
  /!?\[([^[\]]{0,500})\]\( ?<?([^\s()<>]{1,2000}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500}){0,3})>?(?: "[^"]{0,300}")? ?\)/y;

/** Marks behind a URL that are the sentence's, not the URL's. */
const URL_TRAIL = new Set("*_~.,;:!?)]\"'");

/** Rewrites one line. `isInBold`: the caller puts it between bold marks, so it must not have its own. */
export function formatInline(
  line: string,
  reader: MarkdownReader,
  options: { isInBold?: boolean } = {},
): string {
  if (line.search(TOKEN) < 0) return line;
  return writeMarks(readPieces(line, reader), reader, options.isInBold ?? false);
}

function readPieces(line: string, reader: MarkdownReader): Piece[] {
  const pieces: Piece[] = [];
  const code = codeSpans(line);
  for (let readTo = 0; readTo < line.length;) {
    TOKEN.lastIndex = readTo;
    const found = TOKEN.exec(line);
    pieces.push(line.slice(readTo, found?.index));
    if (found === null) break;
    const { piece, endAt } = readToken(line, found.index, found[0], reader, code);
    pieces.push(piece);
    readTo = endAt;
  }
  return pieces;
}

interface Token {
  piece: Piece;
  endAt: number;
}

function readToken(line: string, at: number, found: string, reader: MarkdownReader, code: CodeSpans): Token {
  const asIs: Token = { piece: found, endAt: at + found.length };
  switch (found.charAt(0)) {
    case "\\":
      return reader === "whatsapp" ? { ...asIs, piece: found.charAt(1) } : asIs;
    case "`":
      return readCode(line, at, code.get(at)) ?? asIs;
    case "h":
      return readUrl(found, at);
    case "[":
    case "!":
      return readLink(line, at, reader) ?? asIs;
    case "<":
      return readTag(line, at, reader) ?? asIs;
    default:
      return { ...asIs, piece: readRun(line, at, found) };
  }
}

/** Where each code span's opening backticks stand, and where the span ends. */
type CodeSpans = ReadonlyMap<number, number>;

/** A span ends at the next run of as many backticks as it began with. Read from the end, each run knows the next one. */
function codeSpans(line: string): CodeSpans {
  const spans = new Map<number, number>();
  if (!line.includes("`")) return spans;
  const nextEnd = new Map<number, number>();
  for (const run of [...line.matchAll(/`+/g)].reverse()) {
    const length = run[0].length;
    const endAt = nextEnd.get(length);
    if (endAt !== undefined) spans.set(run.index, endAt);
    nextEnd.set(length, run.index + length);
  }
  return spans;
}

function readCode(line: string, at: number, endAt: number | undefined): Token | null {
  return endAt === undefined ? null : { piece: line.slice(at, endAt), endAt };
}

function readUrl(found: string, at: number): Token {
  let length = found.length;
  while (URL_TRAIL.has(found.charAt(length - 1))) length--;
  return { piece: found.slice(0, length), endAt: at + length };
}

/** `label: url`, since WhatsApp has no links with a text; the URL alone when the label says no more. */
function readLink(line: string, at: number, reader: MarkdownReader): Token | null {
  LINK.lastIndex = at;
  const link = LINK.exec(line);
  if (link === null) return null;
  const [whole, label = "", url = ""] = link;
  const target = url.replace(/^(?:mailto|tel):/i, "");
  const text = formatInline(label.trim(), reader);
  return { piece: saysTheSame(text, target) ? target : `${text}: ${target}`, endAt: at + whole.length };
}

function saysTheSame(label: string, url: string): boolean {
  const bare = (address: string): string => address.replace(/^https?:\/\//i, "").replace(/\/$/, "");
  return label === "" || bare(label) === bare(url);
}

/** Drops an HTML tag; Chatwoot would also drop `<anything>` else, so for it the bracket gets a backslash. */
function readTag(line: string, at: number, reader: MarkdownReader): Token | null {
  const tag = htmlTagAt(line, at);
  if (tag !== null) return { piece: tag.text, endAt: tag.endAt };
  const looksLikeTag = /[a-z/!?]/i.test(line.charAt(at + 1));
  return reader === "chatwoot" && looksLikeTag ? { piece: "\\<", endAt: at + 1 } : null;
}

/**
 * A mark opens before a word and closes behind one, as WhatsApp asks: `2*3*4` and `2 * 3 * 4` hold none.
 * Scripts without upper and lower case write no spaces, so their letters do not count as words here.
 */
function readRun(line: string, at: number, found: string): Run {
  const before = line.charAt(at - 1);
  const behind = line.charAt(at + found.length);
  const isMark = found.length <= (found.startsWith("~") ? 2 : 3);
  return {
    mark: found.charAt(0),
    count: found.length,
    canOpen: isMark && !isWord(before) && isSolid(behind) && !")]},.;:!?".includes(behind),
    canClose: isMark && !isWord(behind) && isSolid(before) && !"([{".includes(before),
    isFlanking: isSolid(before) || isSolid(behind),
  };
}

function isWord(character: string): boolean {
  return /[\p{Lu}\p{Ll}\p{N}]/u.test(character);
}

function isSolid(character: string): boolean {
  return character.trim() !== "";
}
