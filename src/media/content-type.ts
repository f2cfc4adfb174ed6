// What kind of file came: by its first bytes where these tell, else by what the server said.
import { binaryKindOf } from "../knowledge/file-signature.ts";
import { CONTENT_TYPES, fileTypeOf } from "../knowledge/file-type.ts";

/** As many first bytes as are looked at. */
export const HEAD_BYTES = 4_096;

const UNKNOWN = CONTENT_TYPES.other;
const DECLARED = /^\s*([a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63})\s*(?:;|$)/i;
/** What a browser would run. */
const PAGE = /^(?:text\/html|(?:application|text)\/xml|[a-z]+\/[a-z0-9.-]+\+xml)$/;
const CLAIMS_MEDIA = /^(?:image|audio|video)\//;
/** Containers of sound alone or of pictures too: their first bytes do not say which. */
const CONTAINERS: readonly string[] = [CONTENT_TYPES.ogg, CONTENT_TYPES.m4a, CONTENT_TYPES.webm];

/** The content type that the first bytes prove, or null. Text proves nothing: HTML and SVG can be made to look like anything. */
export function sniffMediaType(head: Uint8Array): string | null {
  const kind = binaryKindOf(head);
  // An office document is an archive, and tells itself apart at its end.
  return kind === null || kind === "zip" ? null : CONTENT_TYPES[kind];
}

/** The content type that a file is kept under, without parameters; `declared` is the server's header. */
export function contentTypeOf(head: Uint8Array, declared: string | undefined): string {
  const said = DECLARED.exec(declared ?? "")?.[1]?.toLowerCase() ?? UNKNOWN;
  const proven = sniffMediaType(head);
  if (proven !== null) return isFilm(said, proven) ? said : proven;
  if (PAGE.test(said)) return UNKNOWN;
  if (!CLAIMS_MEDIA.test(said)) return said;
  const { kind, contentType } = fileTypeOf(head);
  // A page or a text is no sound and no picture. Every picture that is of use proves itself; sound comes in more kinds.
  return kind !== "other" || said.startsWith("image/") ? contentType : said;
}

function isFilm(said: string, proven: string): boolean {
  return CONTAINERS.includes(proven) && said === proven.replace("audio/", "video/");
}
