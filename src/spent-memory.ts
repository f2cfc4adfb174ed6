// The memory of a large file's bytes, given back as soon as they have passed. The collector is in no hurry with it:
// beside a heap of 80 MiB it let all 100 MiB of a file pile up before it looked.

/** Gives back the memory of bytes that nobody looks at any more; where they are only a part of it, that stays. */
export function freePiece({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength) free(buffer);
}

/**
 * Which pieces of a body have passed with all of their bytes. The parser between the body and its file cuts pieces up
 * and keeps some of the cuts, so a piece counts as passed only when its first byte belonged to the file and so did the
 * first byte of the piece after it: then nothing else was in it.
 */
export class PassingPieces {
  readonly #taken = new WeakSet<ArrayBufferLike>();
  #passing: ArrayBufferLike | null = null;

  /** A piece of the body, before the parser gets it. From then on it is nobody else's. */
  take({ buffer, byteLength }: Uint8Array): void {
    if (buffer.byteLength === byteLength) this.#taken.add(buffer);
  }

  /** The file's next bytes; all before them are done with. Bytes of the parser's own, between two pieces, count for nothing. */
  pass({ buffer, byteOffset }: Uint8Array): void {
    if (buffer === this.#passing || !this.#taken.has(buffer)) return;
    const isWithinFile = byteOffset === 0;
    if (isWithinFile && this.#passing !== null) free(this.#passing);
    this.#passing = isWithinFile ? buffer : null;
  }
}

function free(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
