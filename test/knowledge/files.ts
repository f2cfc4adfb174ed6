// Files of every kind as their bytes, made by hand: nothing that the product reads with is used to write them.
import { createHash } from "node:crypto";
import { deflateRawSync, deflateSync } from "node:zlib";

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return new Uint8Array(order === "le" ? bytes : bytes.swap16());
}

export interface ZipMemberToMake {
  name: string;
  content: Uint8Array;
  isStored?: boolean;
  isEncrypted?: boolean;
}

/** A real archive, but for the checksums, which nobody asked for. */
export function zipOf(members: readonly ZipMemberToMake[], comment = ""): Uint8Array {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, isStored = false, isEncrypted = false } of members) {
    const packed = isStored ? Buffer.from(content) : deflateRawSync(content);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(isEncrypted ? 1 : 0, 2);
    shared.writeUInt16LE(isStored ? 0 : 8, 4);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const header = Buffer.concat([Buffer.from("PK\x03\x04"), shared, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), shared, place, Buffer.from(name)]));
    bodies.push(header);
    at += header.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return new Uint8Array(Buffer.concat([...bodies, ...directory, end, Buffer.from(comment)]));
}

/** A Word document around the XML of its body; `more` members beside what every one has. */
export function docxOf(body: string, more: readonly ZipMemberToMake[] = []): Uint8Array {
  return docxWith(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` +
      `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    more,
  );
}

export function docxWith(documentXml: string, more: readonly ZipMemberToMake[] = []): Uint8Array {
  const types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`;
  return zipOf([
    { name: "[Content_Types].xml", content: utf8(types) },
    { name: "word/document.xml", content: utf8(documentXml) },
    ...more,
  ]);
}

export function paragraph(text: string, properties = ""): string {
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

export interface PdfToMake {
  /** The content stream of each page. */
  pages: readonly Uint8Array[];
  /** How those streams are packed, as `/Filter` has it. */
  filter?: string;
  /** Further objects, numbered from `FIRST_FREE`; each may be named by `resources`. */
  objects?: readonly (Uint8Array | string)[];
  resources?: string;
  /** Its user password; an owner's alone leaves it readable. */
  password?: { user: string };
}

/** The number of the first of the further objects. */
export const FIRST_FREE = 4;

/** PDF 1.4 with Helvetica as one of the standard fonts: no embedded font, no ToUnicode. */
export function pdfOf({ pages, filter, objects = [], resources = "", password }: PdfToMake): Uint8Array {
  const firstPage = FIRST_FREE + objects.length;
  const numberOf = (index: number): number => firstPage + index * 2;
  const lock = password === undefined ? null : lockFor(password.user);
  const bodies: (Uint8Array | string)[] = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${numberOf(index)} 0 R`).join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ...objects,
    ...pages.flatMap((content, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${numberOf(index) + 1} 0 R ` +
        `/Resources << /Font << /F1 3 0 R >> ${resources} >> >>`,
      streamOf(lock?.encrypt(numberOf(index) + 1, content) ?? content, filter ? `/Filter ${filter}` : ""),
    ]),
  ];
  return fileOf(bodies, lock?.trailer ?? "");
}

export function streamOf(content: Uint8Array, entries = ""): Uint8Array {
  const begin = latin1(`<< /Length ${content.length} ${entries} >>\nstream\n`);
  return new Uint8Array(Buffer.concat([begin, content, latin1("\nendstream")]));
}

/** Lines below each other from the top of the page; an empty one leaves a gap. */
export function linesOnPage(lines: readonly string[]): Uint8Array {
  const escaped = lines.map((line) => line.replace(/[\\()]/g, "\\$&"));
  return latin1(`BT /F1 11 Tf 14 TL 50 800 Td ${escaped.map((line) => `(${line}) Tj T*`).join("\n")} ET`);
}

export function deflated(content: Uint8Array): Uint8Array {
  return deflateSync(content);
}

function fileOf(bodies: readonly (Uint8Array | string)[], trailer: string): Uint8Array {
  const parts: Uint8Array[] = [latin1("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")];
  const places: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [index, body] of bodies.entries()) {
    places.push(at);
    const object = [
      latin1(`${index + 1} 0 obj\n`),
      typeof body === "string" ? latin1(body) : body,
      latin1("\nendobj\n"),
    ];
    parts.push(...object);
    at += object.reduce((sum, { length }) => sum + length, 0);
  }
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const size = bodies.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`;
  return new Uint8Array(Buffer.concat([...parts, latin1(end)]));
}

const PADDING = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");
const FILE_ID = Buffer.from("00112233445566778899aabbccddeeff", "hex");
const PERMISSIONS = -44;

/** The standard security handler, revision 2: RC4 with 40 bits (PDF 1.4, 3.5). */
function lockFor(userPassword: string): {
  trailer: string;
  encrypt: (object: number, bytes: Uint8Array) => Buffer;
} {
  const padded = (password: string): Buffer =>
    Buffer.concat([Buffer.from(password), PADDING]).subarray(0, 32);
  const owner = rc4(md5(padded("owner")).subarray(0, 5), padded(userPassword));
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(PERMISSIONS);
  const key = md5(padded(userPassword), owner, permissions, FILE_ID).subarray(0, 5);
  const [o, u, id] = [owner, rc4(key, PADDING), FILE_ID].map((bytes) => `<${bytes.toString("hex")}>`);
  return {
    trailer: `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${o} /U ${u} /P ${PERMISSIONS} >> /ID [${id} ${id}]`,
    encrypt: (object, bytes) =>
      rc4(md5(key, Buffer.from([object & 255, object >> 8, 0, 0, 0])).subarray(0, 10), bytes),
  };
}

function md5(...parts: Buffer[]): Buffer {
  return createHash("md5").update(Buffer.concat(parts)).digest();
}

function rc4(key: Uint8Array, input: Uint8Array): Buffer {
  const state = Array.from({ length: 256 }, (_, index) => index);
  const swap = (a: number, b: number): void => {
    [state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0];
  };
  for (let index = 0, other = 0; index < 256; index++) {
    other = (other + (state[index] ?? 0) + (key[index % key.length] ?? 0)) & 255;
    swap(index, other);
  }
  let [i, j] = [0, 0];
  const output = input.map((byte) => {
    i = (i + 1) & 255;
    j = (j + (state[i] ?? 0)) & 255;
    swap(i, j);
    return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
  });
  return Buffer.from(output);
}
