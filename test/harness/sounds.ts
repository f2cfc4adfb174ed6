// Sounds made by the tests: a valid Ogg stream of Opus packets, and a WAV file. Nobody says anything in them.

const OPUS_RATE = 48_000;
/** 20 ms a packet. */
const PACKET_SAMPLES = 960;
const PRE_SKIP = 312;
const SEGMENT_MAX_BYTES = 255;
const FIRST_PAGE = 2;
const LAST_PAGE = 4;
/** One silent frame: CELT, fullband, 20 ms, mono. */
const SILENT_PACKET = Uint8Array.of(0xf8, 0xff, 0xfe);
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = (byte << 24) >>> 0;
  for (let bit = 0; bit < 8; bit++)
    value = (value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1) >>> 0;
  return value;
});

/** A voice note as WhatsApp has them; sounds of different `serial` differ in their bytes. */
export function oggOpus(seconds: number, serial = 1): Uint8Array {
  const endSamples = Math.round(seconds * OPUS_RATE) + PRE_SKIP;
  const packetCount = Math.ceil(endSamples / PACKET_SAMPLES);
  const pages = [
    oggPage({ serial, sequence: 0, granule: 0n, flags: FIRST_PAGE }, [opusHead()]),
    oggPage({ serial, sequence: 1, granule: 0n, flags: 0 }, [opusTags()]),
  ];
  for (let first = 0; first < packetCount; first += SEGMENT_MAX_BYTES) {
    const count = Math.min(SEGMENT_MAX_BYTES, packetCount - first);
    const isLast = first + count === packetCount;
    const granule = BigInt(isLast ? endSamples : (first + count) * PACKET_SAMPLES);
    const head = { serial, sequence: pages.length, granule, flags: isLast ? LAST_PAGE : 0 };
    pages.push(oggPage(head, Array<Uint8Array>(count).fill(SILENT_PACKET)));
  }
  return new Uint8Array(Buffer.concat(pages));
}

/** 16-bit mono of silence. */
export function wav(seconds: number, rate = 8_000): Uint8Array {
  const dataBytes = Math.round(seconds * rate) * 2;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + dataBytes, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(dataBytes, 40);
  return new Uint8Array(Buffer.concat([head, Buffer.alloc(dataBytes)]));
}

function opusHead(): Uint8Array {
  const head = Buffer.alloc(19);
  head.write("OpusHead", 0, "latin1");
  head.writeUInt8(1, 8);
  head.writeUInt8(1, 9);
  head.writeUInt16LE(PRE_SKIP, 10);
  head.writeUInt32LE(16_000, 12);
  return head;
}

function opusTags(): Uint8Array {
  const vendor = Buffer.from("lull tests");
  const [length, none] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32LE(vendor.length);
  return Buffer.concat([Buffer.from("OpusTags"), length, vendor, none]);
}

interface PageHead {
  serial: number;
  sequence: number;
  granule: bigint;
  flags: number;
}

/** Each packet is short enough for one segment. */
function oggPage({ serial, sequence, granule, flags }: PageHead, packets: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(27);
  head.write("OggS", 0, "latin1");
  head.writeUInt8(flags, 5);
  head.writeBigInt64LE(granule, 6);
  head.writeUInt32LE(serial, 14);
  head.writeUInt32LE(sequence, 18);
  head.writeUInt8(packets.length, 26);
  const page = Buffer.concat([head, Uint8Array.from(packets, ({ length }) => length), ...packets]);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

/** CRC-32 as Ogg has it: neither reflected nor inverted, over the page with no checksum in it. */
export function oggChecksum(page: Uint8Array): number {
  let value = 0;
  for (const byte of page) value = ((value << 8) ^ (CRC[(value >>> 24) ^ byte] ?? 0)) >>> 0;
  return value;
}
