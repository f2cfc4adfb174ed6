// Pictures made by the tests: PNG by hand, JPEG and WebP by the runtime from it. There is nothing to see in them.
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = "\x89PNG\r\n\x1a\n";
const RGB = 2;
const COLOUR_BYTES = 3;

/** Of one colour, which `shade` chooses; pictures of different shades differ in their bytes. */
export function png(width: number, height: number, shade = 0): Uint8Array {
  const row = Buffer.alloc(1 + width * COLOUR_BYTES, shade);
  row[0] = 0;
  const rows = Buffer.concat(Array<Buffer>(height).fill(row));
  return pngWith(width, height, deflateSync(rows, { level: 1 }));
}

/** Says to be of a size, whatever the packed rows hold. */
export function pngWith(width: number, height: number, packedRows: Uint8Array): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.writeUInt8(8, 8);
  head.writeUInt8(RGB, 9);
  const parts = [chunk("IHDR", head), chunk("IDAT", packedRows), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([Buffer.from(SIGNATURE, "latin1"), ...parts]));
}

export function jpeg(width: number, height: number, shade = 0): Promise<Uint8Array> {
  return new Bun.Image(png(width, height, shade)).jpeg().bytes();
}

export function webp(width: number, height: number, shade = 0): Promise<Uint8Array> {
  return new Bun.Image(png(width, height, shade)).webp().bytes();
}

/** One pixel; as small as a GIF can be. */
export function gif(): Uint8Array {
  return Uint8Array.from(Buffer.from("R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=", "base64"));
}

function chunk(name: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
