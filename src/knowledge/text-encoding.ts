// Bytes that are text, as text: by its byte order mark, else UTF-8 where it is valid, else what an old Windows wrote.

const MARKS: readonly { bytes: readonly number[]; encoding: string }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
];

/** Latin-1 as every browser understands it: with quotes and the euro sign where Latin-1 has control characters. */
const FALLBACK = "windows-1252";

/** The encoding that a byte order mark names, or null. */
export function markedEncoding(bytes: Uint8Array): string | null {
  const mark = MARKS.find((known) => known.bytes.every((byte, at) => bytes[at] === byte));
  return mark?.encoding ?? null;
}

/** The text of `bytes`, whatever they are. `declared` is the file's own word on its encoding, for what is no UTF-8. */
export function decodeText(bytes: Uint8Array, declared: string | null = null): string {
  const marked = markedEncoding(bytes);
  if (marked !== null) return decode(bytes, marked) ?? "";
  return (
    decode(bytes, "utf-8", { fatal: true }) ??
    decode(bytes, declared ?? FALLBACK) ??
    decode(bytes, FALLBACK) ??
    ""
  );
}

/** Null when the bytes are not of this encoding, or there is no such one. */
function decode(bytes: Uint8Array, encoding: string, options: { fatal?: boolean } = {}): string | null {
  try {
    return new TextDecoder(encoding as Bun.Encoding, options).decode(bytes);
  } catch {
    return null; // TypeError: invalid bytes; RangeError: an unknown label
  }
}
