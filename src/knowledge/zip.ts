// The little of ZIP that a .docx needs: which members there are, and one of them unpacked. Nothing is written anywhere,
// names are only compared, and a member that unpacks to more than it may is given up at that size.
import { inflateRawSync } from "node:zlib";
import { unreadable } from "./extracted.ts";

export interface ZipMember {
  name: string;
  isEncrypted: boolean;
  /** 0 stored, 8 deflated. */
  method: number;
  packedBytes: number;
  headerAt: number;
}

const MEMBERS_MAX = 10_000;
/** Longer than any name that is looked for; what comes after is not read. */
const NAME_BYTES_MAX = 64;

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const DIRECTORY_SIGNATURE = 0x02014b50;
const DIRECTORY_BYTES = 46;
const HEADER_SIGNATURE = 0x04034b50;
const HEADER_BYTES = 30;

/** The members that the archive's directory names; null when there is no directory or it is damaged. */
export function listZip(bytes: Uint8Array): ZipMember[] | null {
  const view = viewOf(bytes);
  const endAt = findEnd(view);
  if (endAt === null) return null;
  const memberCount = view.getUint16(endAt + 10, true);
  let at = view.getUint32(endAt + 16, true);
  const members: ZipMember[] = [];
  for (let index = 0; index < Math.min(memberCount, MEMBERS_MAX); index++) {
    if (!hasSignature(view, at, DIRECTORY_SIGNATURE, DIRECTORY_BYTES)) return null;
    const nameLength = view.getUint16(at + 28, true);
    members.push(
      readMember(view, at, bytes.subarray(at + DIRECTORY_BYTES, at + DIRECTORY_BYTES + nameLength)),
    );
    at += DIRECTORY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return members;
}

/** The member that holds a Word document's text, null when there is none. Some programs number it. */
export function wordMember(members: readonly ZipMember[]): ZipMember | null {
  return members.find(({ name }) => /^word\/document\d{0,3}\.xml$/.test(name)) ?? null;
}

/** A member's bytes. Throws AppError `unreadable_file` when it is encrypted, damaged, or larger than `bytesMax`. */
export function unzip(bytes: Uint8Array, member: ZipMember, bytesMax: number): Uint8Array {
  if (member.isEncrypted) throw unreadable("encrypted");
  const view = viewOf(bytes);
  const { headerAt, packedBytes, method } = member;
  if (!hasSignature(view, headerAt, HEADER_SIGNATURE, HEADER_BYTES)) throw unreadable("broken");
  const startAt =
    headerAt + HEADER_BYTES + view.getUint16(headerAt + 26, true) + view.getUint16(headerAt + 28, true);
  const packed = bytes.subarray(startAt, startAt + packedBytes);
  if (method === 8) return inflate(packed, bytesMax);
  if (method !== 0) throw unreadable("broken");
  if (packed.length > bytesMax) throw unreadable("too_large");
  return packed;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** From the back: what follows the record is a comment of a length that the record tells. */
function findEnd(view: DataView): number | null {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(last - COMMENT_BYTES_MAX, 0); at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  return null;
}

function hasSignature(view: DataView, at: number, signature: number, recordBytes: number): boolean {
  return at + recordBytes <= view.byteLength && view.getUint32(at, true) === signature;
}

function readMember(view: DataView, at: number, name: Uint8Array): ZipMember {
  return {
    name: new TextDecoder().decode(name.subarray(0, NAME_BYTES_MAX)),
    isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    packedBytes: view.getUint32(at + 20, true),
    headerAt: view.getUint32(at + 42, true),
  };
}

function inflate(packed: Uint8Array, bytesMax: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: bytesMax });
  } catch (error) {
    const isTooLarge =
      error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw unreadable(isTooLarge ? "too_large" : "broken");
  }
}
