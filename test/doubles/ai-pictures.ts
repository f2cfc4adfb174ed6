// What the double of OpenAI and Groq makes of messages: texts, and pictures beside a user's text. It refuses a picture
// where its model does not see, and one whose bytes are not what they are said to be.
import { createHash } from "node:crypto";
import type { Asked } from "./ai.ts";

export interface Picture {
  contentType: string;
  /** Of its bytes. */
  sha256: string;
  sizeBytes: number;
  width: number;
  height: number;
}

interface ReadContent {
  messages: { role: string; content: string }[];
  images?: Picture[];
}

interface Part {
  text: string;
  images: Picture[];
}

const ROLES: ReadonlySet<unknown> = new Set(["system", "user", "assistant"]);
/** By the beginnings of their names. */
const SEEING: Readonly<Record<Asked["provider"], RegExp>> = {
  openai: /^(?:gpt-4o|gpt-4\.1|gpt-[56]|o3(?!-mini)|o4-mini)/,
  groq: /^(?:meta-llama\/llama-4|qwen\/qwen3\.8)/,
};
const IMAGES_MAX: Readonly<Record<Asked["provider"], number>> = { openai: 500, groq: 5 };
const DATA_URL = /^data:(image\/jpeg);base64,([A-Za-z0-9+/]+={0,2})$/;

/** The messages with their text alone, and all pictures in order; or what is wrong with them. */
export function readContent(
  messages: readonly unknown[],
  provider: Asked["provider"],
  model: string,
): ReadContent | string {
  const read: ReadContent["messages"] = [];
  const images: Picture[] = [];
  for (const message of messages) {
    if (!isRecord(message) || !ROLES.has(message["role"])) return "every message needs a role";
    const part = message["role"] === "user" ? readUser(message["content"]) : readText(message["content"]);
    if (typeof part === "string") return part;
    read.push({ role: String(message["role"]), content: part.text });
    images.push(...part.images);
  }
  if (images.length === 0) return { messages: read };
  if (!SEEING[provider].test(model)) return "this model does not support image input";
  return images.length > IMAGES_MAX[provider] ? "too many images" : { messages: read, images };
}

function readText(content: unknown): Part | string {
  return typeof content === "string" ? { text: content, images: [] } : "content must be a string";
}

function readUser(content: unknown): Part | string {
  if (!Array.isArray(content)) return readText(content);
  const parts = content.map(readPart);
  const fault = parts.find((part) => typeof part === "string");
  if (fault !== undefined) return fault;
  const read = parts.filter((part) => typeof part !== "string");
  const texts = read.map(({ text }) => text).filter((text) => text !== "");
  return { text: texts.join("\n"), images: read.flatMap(({ images }) => images) };
}

function readPart(part: unknown): Part | string {
  if (!isRecord(part)) return "a part must be an object";
  if (part["type"] === "text") return readText(part["text"]);
  const holder = part["image_url"];
  if (part["type"] !== "image_url" || !isRecord(holder)) return "a part has an unknown type";
  const picture = readPicture(holder["url"]);
  return typeof picture === "string" ? picture : { text: "", images: [picture] };
}

function readPicture(url: unknown): Picture | string {
  const [, contentType = "", base64] = typeof url === "string" ? (DATA_URL.exec(url) ?? []) : [];
  if (base64 === undefined) return "the image is no data URL of a JPEG";
  const bytes = Buffer.from(base64, "base64");
  const size = jpegSize(bytes);
  if (size === null) return "the image is no JPEG";
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { contentType, sha256, sizeBytes: bytes.length, ...size };
}

/** By the frame header, which every JPEG has before its scan. */
function jpegSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.readUInt16BE(0) !== 0xff_d8 || bytes.readUInt16BE(bytes.length - 2) !== 0xff_d9) return null;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xc2)
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
