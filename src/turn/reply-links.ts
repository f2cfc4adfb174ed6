// Links of an answer: those to hosts that are not allowed are taken out, their words stay; pictures go in any case, since
// their address is nothing to read. Nobody ever fetches them. Pure, every search bounded or linear.

/** `![words](url)` or `[words](url)`; the lengths are bounds on the search, far above any real link. */
const MARKDOWN_LINK =
  /(!?)\[([^[\]\n]{0,500})\]\(\s{0,3}<?((?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000})>?[^()\n]{0,300}\)/g;
/** With a scheme, or as people write it: WhatsApp makes a link of either. */
const ADDRESS = /https?:\/\/[^\s<>()]+|(?<![@\p{L}\p{N}_./-])www\.[^\s<>()]+/giu;
const BARE_ADDRESS =
  /(?<![@\p{L}\p{N}_./:-])(?:[\p{L}\p{N}-]{1,63}\.){1,6}(?:com|net|org|info|io|me|app|dev|br|pt|es|fr|ar|mx|uk|de|it|ru|cn|ly|gl|gg|co|cc|tk|link|xyz|shop|site|online|top|click|live)(?:[/?#][^\s<>()]{0,2000})?(?![\p{L}\p{N}@-])(?!\.[\p{L}\p{N}._+-]{1,64}@)/giu;
/** Marks behind an address that are the sentence's. */
const TRAIL = /[.,;:!?"'*_~]+$/;
const ANY_HOST = "*";

/** The text without pictures, and without addresses of other hosts than these and what is below them; `*` is any. */
export function withAllowedLinks(text: string, hosts: readonly string[]): string {
  const isAllowed = (address: string): boolean => hosts.includes(ANY_HOST) || isOfHost(address, hosts);
  const linked = text.replace(MARKDOWN_LINK, (link, picture: string, words: string, address: string) =>
    picture === "" && isAllowed(address) ? link : words,
  );
  if (hosts.includes(ANY_HOST)) return linked;
  const keep = (address: string): string => {
    const trail = TRAIL.exec(address)?.[0] ?? "";
    return isAllowed(address.slice(0, address.length - trail.length)) ? address : trail;
  };
  return linked.replace(ADDRESS, keep).replace(BARE_ADDRESS, keep);
}

function isOfHost(address: string, hosts: readonly string[]): boolean {
  const withScheme = /^[a-z][a-z0-9+.-]{0,20}:/i.test(address) ? address : `https://${address}`;
  const url = URL.parse(withScheme);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "") return false;
  const host = url.hostname.toLowerCase();
  return hosts.some(
    (allowed) => host === allowed.toLowerCase() || host.endsWith(`.${allowed.toLowerCase()}`),
  );
}
