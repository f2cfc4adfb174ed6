// The first bytes by which formats that are no text are known.

/** The kinds that a signature tells; a .docx begins as any archive does. */
export type BinaryKind =
  "pdf" | "png" | "jpeg" | "gif" | "webp" | "ogg" | "mp3" | "m4a" | "wav" | "webm" | "zip";

interface Signature {
  kind: BinaryKind;
  at: number;
  /** Each a string of Latin-1 characters, one of which stands there. */
  begins: readonly string[];
  /** More that must hold; for containers of several kinds. */
  and?: (head: string) => boolean;
}

const HEAD_BYTES = 64;

const SIGNATURES: readonly Signature[] = [
  { kind: "pdf", at: 0, begins: ["%PDF-", "\xef\xbb\xbf%PDF-", "\r\n%PDF-", "\n%PDF-"] },
  { kind: "png", at: 0, begins: ["\x89PNG\r\n\x1a\n"] },
  { kind: "jpeg", at: 0, begins: ["\xff\xd8\xff"] },
  { kind: "gif", at: 0, begins: ["GIF87a", "GIF89a"] },
  { kind: "webp", at: 0, begins: ["RIFF"], and: (head) => head.startsWith("WEBP", 8) },
  { kind: "wav", at: 0, begins: ["RIFF"], and: (head) => head.startsWith("WAVE", 8) },
  { kind: "ogg", at: 0, begins: ["OggS"] },
  { kind: "mp3", at: 0, begins: ["ID3"] },
  { kind: "mp3", at: 0, begins: ["\xff"], and: isMp3Frame },
  { kind: "m4a", at: 4, begins: ["ftypM4A ", "ftypM4B ", "ftypmp42", "ftypisom", "ftypdash"] },
  { kind: "webm", at: 0, begins: ["\x1aE\xdf\xa3"], and: (head) => head.includes("webm") },
  { kind: "zip", at: 0, begins: ["PK\x03\x04", "PK\x05\x06"] },
];

/** The kind that the first bytes of a file tell, or null. */
export function binaryKindOf(bytes: Uint8Array): BinaryKind | null {
  const head = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
  const found = SIGNATURES.find(
    ({ at, begins, and }) => begins.some((begin) => head.startsWith(begin, at)) && (and?.(head) ?? true),
  );
  return found?.kind ?? null;
}

/** The header of an MPEG frame, layer III, of a bit rate and a sampling rate that exist. */
function isMp3Frame(head: string): boolean {
  const [second, third] = [head.charCodeAt(1), head.charCodeAt(2)];
  const isLayer3 = (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  const hasRates = third >> 4 !== 0xf && third >> 4 !== 0 && (third & 0x0c) !== 0x0c;
  return isLayer3 && hasRates;
}
