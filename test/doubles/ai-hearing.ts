// What the double of OpenAI and Groq does with sound: it reads the form as strictly as they do, and answers as each does.
import { createHash } from "node:crypto";

/** One sound that came well-formed and with a known key, also when hearing it then failed on purpose. */
export interface HeardSound {
  /** 1 for the first. */
  order: number;
  provider: "openai" | "groq";
  key: string;
  model: string;
  fileName: string;
  contentType: string;
  /** Of its bytes. */
  sha256: string;
  sizeBytes: number;
}

export type SentSound = Omit<HeardSound, "order" | "provider" | "key">;

const MODELS: Readonly<Record<HeardSound["provider"], readonly string[]>> = {
  openai: ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe"],
  groq: ["whisper-large-v3", "whisper-large-v3-turbo"],
};
const FIELDS: ReadonlySet<string> = new Set(["file", "model", "response_format"]);
/** By the ending of the name what the bytes have to begin with; null: several things. */
const BEGINS: Readonly<Record<string, string | null>> = {
  ogg: "OggS",
  wav: "RIFF",
  webm: "\x1aE\xdf\xa3",
  mp3: null,
  m4a: null,
  mp4: null,
};
const SIZE_MAX_BYTES = 25 * 1024 * 1024;
const PART_HEAD_BYTES = 300;

/** The sound that a request brings, or what is wrong with it. */
export async function readSound(
  request: Request,
  provider: HeardSound["provider"],
): Promise<SentSound | string> {
  const isForm = request.headers.get("content-type")?.startsWith("multipart/form-data; boundary=") === true;
  if (!isForm) return "not a form";
  const said = saidType(Buffer.from(await request.clone().arrayBuffer()));
  const form = await request.formData();
  const unknown = [...form.keys()].find((field) => !FIELDS.has(field));
  if (unknown !== undefined) return `unknown parameter ${unknown}`;
  const [file, model, format] = ["file", "model", "response_format"].map((name) => form.get(name));
  if (typeof model !== "string" || !MODELS[provider].includes(model)) return "unknown model";
  if (format !== "json" && (format !== "verbose_json" || !model.startsWith("whisper")))
    return "response_format does not fit the model";
  if (!(file instanceof File)) return "file must be a file";
  return readFile(model, file, said);
}

/** Of the file as it was sent: the runtime's reader makes a type of its own out of the name. */
function saidType(body: Buffer): string {
  const part = body.subarray(Math.max(body.indexOf('name="file"'), 0)).subarray(0, PART_HEAD_BYTES);
  return /^content-type: (\S+)/im.exec(part.toString("latin1"))?.[1] ?? "";
}

async function readFile(model: string, file: File, contentType: string): Promise<SentSound | string> {
  const ending = /\.(\w+)$/.exec(file.name)?.[1] ?? "";
  const begin = BEGINS[ending];
  if (begin === undefined) return "unsupported file format";
  // An MP4 or a WebM may say that it is a film.
  if (!/^(?:audio|video)\//.test(contentType)) return "the file has no type of sound";
  const bytes = Buffer.from(await file.arrayBuffer());
  if (bytes.length === 0 || bytes.length > SIZE_MAX_BYTES) return "file too large or empty";
  if (begin !== null && !bytes.toString("latin1").startsWith(begin)) return "the file is not what it says";
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { model, fileName: file.name, contentType, sha256, sizeBytes: bytes.length };
}

/** The provider's answer: only Whisper says how long the sound was, only GPT how many tokens it took. */
export function transcribed({ provider, model }: HeardSound, text: string, seconds: number): Response {
  if (model.startsWith("whisper"))
    return Response.json({
      task: "transcribe",
      language: "Portuguese",
      duration: seconds,
      text,
      segments: [],
    });
  const [input, output] = [Math.ceil(seconds * 10), Math.ceil(text.length / 4)];
  const usage = {
    type: "tokens",
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    input_token_details: { text_tokens: 0, audio_tokens: input },
  };
  return Response.json(provider === "openai" ? { text, usage } : { text });
}
