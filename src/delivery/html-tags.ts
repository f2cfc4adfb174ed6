// The HTML tags a model may write into a reply: they go, their text stays.
// `<` that begins no known tag (a placeholder such as `<name>`, a comparison) is text, not HTML.

/** What each tag leaves behind: a line break or a space where it stood between words, else nothing. */
const TAG_TEXT: ReadonlyMap<string, string> = new Map([
  ...leaving(
    "\n",
    "address article aside blockquote br center div dl dt dd figcaption figure footer form header hr",
  ),
  ...leaving(
    "\n",
    "details h1 h2 h3 h4 h5 h6 main nav ol option p pre section summary table tbody tfoot thead tr ul",
  ),
  ...leaving("\n- ", "li"),
  ...leaving(" ", "td th"),
  ...leaving(
    "",
    "a abbr audio b big body button caption cite code del em font head html i iframe img input ins kbd",
  ),
  ...leaving(
    "",
    "label link mark meta path q s samp script select small source span strike strong style sub sup",
  ),
  ...leaving("", "svg textarea time title u var video"),
]);

/** A tag: bare, self-closing, or with `name=value` attributes; `a <b and c> d` has none of these. */
const TAG = /<(\/?)([a-z][a-z0-9]{0,20})(?: [^<>=]{0,200}=[^<>]{0,2000})? {0,3}\/?>/iy;

const COMMENT = /<!--[^<>]{0,2000}-->/y;

const ADDRESS = /<((?:https?:\/\/|mailto:|tel:)[^\s<>]{1,2000})>/iy;

/** The tag, comment or bracketed address at `at`: what it leaves in the text and where it ends; null when none is there. */
export function htmlTagAt(line: string, at: number): { text: string; endAt: number } | null {
  const address = matchAt(ADDRESS, line, at);
  if (address !== null)
    return { text: (address[1] ?? "").replace(/^(?:mailto|tel):/i, ""), endAt: at + address[0].length };
  const comment = matchAt(COMMENT, line, at);
  if (comment !== null) return { text: "", endAt: at + comment[0].length };
  const tag = matchAt(TAG, line, at);
  if (tag === null) return null;
  const name = (tag[2] ?? "").toLowerCase();
  const text = TAG_TEXT.get(name);
  if (text === undefined) return null;
  const isClosingItem = name === "li" && tag[1] === "/";
  return { text: isClosingItem ? "" : text, endAt: at + tag[0].length };
}

function matchAt(sticky: RegExp, line: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(line);
}

function leaving(text: string, names: string): [name: string, text: string][] {
  return names.split(" ").map((name) => [name, text]);
}
