// What is known of a file once its bytes have passed: size, sums, and the first bytes by which its kind is told.
import { createHash } from "node:crypto";
import { Checksum } from "../storage/checksum.ts";
import { HEAD_BYTES } from "./content-type.ts";

export class Digest {
  readonly #checksum = new Checksum();
  readonly #sha256 = createHash("sha256");
  readonly #head = new Uint8Array(HEAD_BYTES);
  #sizeBytes = 0;

  /** Passes the pieces on, each after it was counted in. */
  async *over(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      if (this.#sizeBytes < HEAD_BYTES)
        this.#head.set(piece.subarray(0, HEAD_BYTES - this.#sizeBytes), this.#sizeBytes);
      this.#sizeBytes += piece.byteLength;
      this.#checksum.update(piece);
      this.#sha256.update(piece);
      yield piece;
    }
  }

  get head(): Uint8Array {
    return this.#head.subarray(0, Math.min(this.#sizeBytes, HEAD_BYTES));
  }

  /** To be read once, when all has passed. */
  sums(): { sizeBytes: number; checksum: string; sha256: string } {
    return {
      sizeBytes: this.#sizeBytes,
      checksum: this.#checksum.text(),
      sha256: this.#sha256.digest("hex"),
    };
  }
}
