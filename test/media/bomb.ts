// Many zeros in few bytes.
import { once } from "node:events";
import { createGzip } from "node:zlib";

const PIECE_BYTES = 1024 * 1024;

/** Made in pieces: the process that makes them is not to hold them either. */
export async function packedZeros(sizeBytes: number): Promise<Buffer> {
  const gzip = createGzip();
  const packed = Array.fromAsync(gzip);
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let sent = 0; sent < sizeBytes; sent += PIECE_BYTES) if (!gzip.write(piece)) await once(gzip, "drain");
  gzip.end();
  return Buffer.concat(await packed);
}
