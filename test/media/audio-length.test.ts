import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { audioSeconds, HEAD_BYTES, TAIL_BYTES } from "../../src/media/audio-length.ts";
import { oggChecksum, oggOpus, wav } from "../harness/sounds.ts";

function lengthOf(bytes: Uint8Array): number | null {
  return audioSeconds(bytes.subarray(0, HEAD_BYTES), bytes.subarray(-TAIL_BYTES), bytes.length);
}

describe("the length of a sound", () => {
  test.each([0.02, 1, 7.5, 61, 900, 3_600])("of %d seconds of Opus is told by its last page", (seconds) => {
    expect(lengthOf(oggOpus(seconds))).toBeCloseTo(seconds, 5);
  });

  test.each([0, 0.5, 7, 900])("of %d seconds of WAV is told by its header", (seconds) => {
    expect(lengthOf(wav(seconds))).toBeCloseTo(seconds, 5);
  });

  test("of a WAV that says it is longer than its file is the file's", () => {
    const lying = Buffer.from(wav(2));
    lying.writeUInt32LE(0xffff_ffff, 40);
    expect(lengthOf(lying)).toBeCloseTo(2, 5);
  });

  test("of a last page on which no packet ends is told by the one before", () => {
    const bytes = Buffer.from(oggOpus(8));
    bytes.writeBigInt64LE(-1n, bytes.lastIndexOf("OggS") + 6);
    expect(lengthOf(bytes)).toBeCloseTo(255 * 0.02 - 312 / 48_000, 5);
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["text", Buffer.from("RIFF is a word")],
    ["an MP3", Buffer.from("ID3\x04\x00\x00\x00\x00\x00\x00")],
    ["a page without a head", Buffer.from("OggS")],
    ["a WAV without a format", Buffer.from("RIFF\x24\x00\x00\x00WAVEdata\x10\x00\x00\x00")],
  ])("of %s is unknown", (_what, bytes) => {
    expect(lengthOf(bytes)).toBeNull();
  });

  test("of any bytes is a length or unknown, never a failure", () => {
    const begin = fc.constantFrom("", "OggS", "OggS OpusHead", "OggS\x01vorbis", "RIFF0000WAVEfmt ");
    fc.assert(
      fc.property(begin, fc.uint8Array({ maxLength: 300 }), (text, rest) => {
        const seconds = lengthOf(Buffer.concat([Buffer.from(text, "latin1"), rest]));
        expect(seconds === null || (Number.isFinite(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });
});

test("the pages that tests make carry the checksum that Ogg demands", () => {
  expect(oggChecksum(Buffer.from("OggS"))).toBe(bitwiseChecksum(Buffer.from("OggS")));
  for (const bytes of [Buffer.from(oggOpus(8)), Buffer.from(oggOpus(0.5, 77))]) {
    const claimed = bytes.readUInt32LE(22);
    const first = Buffer.from(bytes.subarray(0, bytes.indexOf("OggS", 4)));
    first.writeUInt32LE(0, 22);
    expect(bitwiseChecksum(first)).toBe(claimed);
  }
});

/** The same by long division, bit by bit. */
function bitwiseChecksum(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = ((value >>> 31) ^ (byte >>> bit)) & 1;
      value = ((value << 1) ^ (carry === 1 ? 0x04c1_1db7 : 0)) >>> 0;
    }
  }
  return value;
}
