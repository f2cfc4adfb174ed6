// What stands in an object that put-child.ts puts: its name tells, so that half of it would show.
import { bytesOf } from "./scene.ts";

const SIZE_MAX_BYTES = 3_000_000;

export function bytesNamed(name: string): Uint8Array<ArrayBuffer> {
  const seed = Bun.hash.crc32(name);
  return bytesOf(seed % SIZE_MAX_BYTES, seed);
}
