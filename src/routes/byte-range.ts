// Which bytes a Range header asks for (RFC 9110, 14). One range only: whoever asks for several gets the whole.
import type { ByteRange } from "../storage/objects.ts";

/** One range of bytes: from, from–to, or the last so many. Units are written in any case. */
const ONE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * The range of a thing of `sizeBytes`, both ends inclusive and within it. Null: the whole, since there is no header or
 * one that may be ignored (another unit, several ranges, no sense). Numbers may be of any length.
 */
export function parseRange(header: string | null, sizeBytes: number): ByteRange | null | "unsatisfiable" {
  const [, first = "", last = ""] = ONE_RANGE.exec(header ?? "") ?? [];
  if (first !== "") return fromFirst(BigInt(first), last === "" ? null : BigInt(last), sizeBytes);
  return last === "" ? null : lastBytes(BigInt(last), sizeBytes);
}

function fromFirst(
  first: bigint,
  last: bigint | null,
  sizeBytes: number,
): ByteRange | null | "unsatisfiable" {
  if (last !== null && last < first) return null;
  if (first >= sizeBytes) return "unsatisfiable";
  const to = last === null || last >= sizeBytes ? sizeBytes - 1 : Number(last);
  return { from: Number(first), to };
}

/** More than there are is all there are; of an empty thing that is the whole, which no range can say. */
function lastBytes(count: bigint, sizeBytes: number): ByteRange | null | "unsatisfiable" {
  if (count === 0n) return "unsatisfiable";
  if (sizeBytes === 0) return null;
  return { from: count >= sizeBytes ? 0 : sizeBytes - Number(count), to: sizeBytes - 1 };
}
