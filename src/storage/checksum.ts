// CRC32C (Castagnoli), the checksum Google keeps of every object: it proves that bytes arrived as they left, no more.

const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** The checksum of bytes that come in pieces. */
export class Checksum {
  #value = 0xffff_ffff;

  update(bytes: Uint8Array): this {
    let value = this.#value;
    for (let index = 0; index < bytes.length; index++)
      value = (TABLE[(value ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
    this.#value = value;
    return this;
  }

  /** As Google writes it: the four bytes, highest first, in base64. */
  text(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((this.#value ^ 0xffff_ffff) >>> 0);
    return bytes.toString("base64");
  }
}

/** The checksum of bytes at hand. */
export function checksumOf(bytes: Uint8Array): string {
  return new Checksum().update(bytes).text();
}
