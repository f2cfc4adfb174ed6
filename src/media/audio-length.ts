// How long a sound is, as far as its own bytes tell it cheaply: Ogg by the position of its last page, WAV by its header.
// Pure. What a sender made up is not found out here: the size of the file bounds that.

/** As many first and last bytes as are looked at. An Ogg page has 65,307 at most. */
export const HEAD_BYTES = 4_096;
export const TAIL_BYTES = 65_536;

const OPUS_RATE = 48_000;
const PAGE = Buffer.from("OggS");
const WAV_CHUNKS_MAX = 16;

/** In seconds; null when the bytes do not tell. */
export function audioSeconds(head: Uint8Array, tail: Uint8Array, sizeBytes: number): number | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const seconds = bytes.indexOf(PAGE) === 0 ? oggSeconds(bytes, tail) : wavSeconds(bytes, sizeBytes);
  return seconds !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** The last page's position is how many samples there are (RFC 3533), of Opus with some to be left out (RFC 7845). */
function oggSeconds(head: Buffer, tail: Uint8Array): number | null {
  const samples = lastPosition(Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength));
  if (samples === null) return null;
  const opus = head.indexOf("OpusHead");
  if (opus !== -1 && opus + 12 <= head.length)
    return Math.max(samples - head.readUInt16LE(opus + 10), 0) / OPUS_RATE;
  const vorbis = head.indexOf("\x01vorbis", 0, "latin1");
  return vorbis !== -1 && vorbis + 16 <= head.length ? samples / head.readUInt32LE(vorbis + 12) : null;
}

function lastPosition(tail: Buffer): number | null {
  for (let at = tail.lastIndexOf(PAGE); at !== -1; at = at === 0 ? -1 : tail.lastIndexOf(PAGE, at - 1)) {
    // -1: no packet ends on this page.
    const position = at + 14 <= tail.length ? Number(tail.readBigInt64LE(at + 6)) : -1;
    if (position >= 0) return position;
  }
  return null;
}

/** As many bytes of sound as there can be, by how many a second has. */
function wavSeconds(head: Buffer, sizeBytes: number): number | null {
  if (head.toString("latin1", 0, 4) !== "RIFF" || head.toString("latin1", 8, 12) !== "WAVE") return null;
  let bytesPerSecond = 0;
  for (let at = 12, chunk = 0; at + 8 <= head.length && chunk < WAV_CHUNKS_MAX; chunk++) {
    const name = head.toString("latin1", at, at + 4);
    const lengthBytes = head.readUInt32LE(at + 4);
    if (name === "fmt " && at + 20 <= head.length) bytesPerSecond = head.readUInt32LE(at + 16);
    if (name === "data")
      return bytesPerSecond === 0 ? null : Math.min(lengthBytes, sizeBytes - at - 8) / bytesPerSecond;
    at += 8 + lengthBytes + (lengthBytes % 2);
  }
  return null;
}
