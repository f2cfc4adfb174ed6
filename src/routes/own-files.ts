// A user's own files: what users, programs and operators may do with them is the same. Bytes pass through and are kept by
// others; what is in a file is never looked at here.
import { AppError } from "../errors.ts";
import { FILE_BYTES_MAX } from "../knowledge/file-limits.ts";
import type { FileWords, KeptFile, KnowledgeFiles } from "../knowledge/files.ts";
import type { FileUpload } from "../knowledge/upload.ts";
import type { ByteRange } from "../storage/objects.ts";
import { answerPage, listQuery, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { sendFile } from "./download.ts";
import { readFields, wrong } from "./fields.ts";
import type { OwnRequest } from "./own-request.ts";
import { readUpload } from "./upload.ts";
import type { FileHead } from "./upload-form.ts";

export interface OwnFilesDeps {
  files: KnowledgeFiles;
  /** The bytes of a download ended in an error after its answer had begun. */
  downloadBroke: (error: unknown, fileId: string) => void;
}

/** What may be said of a file beside its bytes. */
const FIELDS = ["name", "audience"] as const;
const NAME_LENGTH_MAX = 1_000;
const AUDIENCES = ["owner", "customers"] as const;

export function fileVerbs({ files, downloadBroke }: OwnFilesDeps) {
  return {
    list: async ({ userId, query }: OwnRequest) =>
      answerPage(await files.list(userId, listQuery(query, [])), present),

    add: async (asked: OwnRequest) => {
      const { fileId } = await takeFile({ ...asked, replaces: null }, FIELDS, files);
      asked.changed("file.add", fileId);
      return answerFile(asked.userId, fileId, files);
    },

    replace: async (asked: OwnRequest) => {
      const { fileId } = await takeFile({ ...asked, replaces: asked.rowId }, FIELDS, files);
      asked.changed("file.replace", fileId);
      return answerFile(asked.userId, fileId, files);
    },

    change: async ({ userId, rowId, request, changed }: OwnRequest) => {
      const fields = await readFields(request, FIELDS);
      const name = fields.line("name", NAME_LENGTH_MAX);
      if (name === null) throw wrong("name", "a name");
      await files.change(userId, rowId, { name, audience: fields.word("audience", AUDIENCES) });
      changed("file.change", rowId);
      return answerFile(userId, rowId, files);
    },

    remove: async ({ userId, rowId, changed }: OwnRequest) => {
      await files.remove(userId, rowId);
      changed("file.remove", rowId);
      return accept({ action: "removed" });
    },

    download: ({ userId, rowId, request, server }: OwnRequest) =>
      sendOwnFile({ userId, fileId: rowId, request, server }, { files, downloadBroke }),
  };
}

/** Null where the form itself says it, before the file. */
export interface FileOrder {
  userId: string | null;
  /** The file whose next version it is. */
  replaces: string | null;
  request: Request;
  server: unknown;
}

/** Takes in the file of a form that may have these fields and no others. Throws what reading and keeping it throw. */
export async function takeFile(
  order: FileOrder,
  known: readonly string[],
  files: KnowledgeFiles,
): Promise<{ userId: string; fileId: string }> {
  const { userId: named, replaces, request, server } = order;
  // Before a hundred megabytes are taken in for nothing.
  if (named !== null) await files.admit({ userId: named, replaces });
  let begun: Begun | null = null;
  try {
    const form = await readUpload(request, { fileBytesMax: FILE_BYTES_MAX, server }, async (piece, head) => {
      begun ??= await begin(order, head, files);
      await begun.upload.write(piece);
    });
    const words = readWords(form.fields, known);
    begun ??= await begin(order, form, files);
    refuseOther(form.fields, begun);
    return { userId: begun.userId, fileId: (await begun.upload.finish(words)).fileId };
  } catch (error) {
    await (begun as Begun | null)?.upload.abandon();
    throw error;
  }
}

interface Begun {
  userId: string;
  replaces: string | null;
  upload: FileUpload<FileWords, KeptFile>;
}

async function begin(
  order: FileOrder,
  { fileName, declaredType, fields }: FileHead,
  files: KnowledgeFiles,
): Promise<Begun> {
  const userId = order.userId ?? fields["userId"];
  const replaces = order.replaces ?? fields["fileId"] ?? null;
  if (userId === undefined) throw new AppError("invalid_body", "userId is needed, before the file.");
  const hints = { name: fileName ?? "", contentType: declaredType ?? undefined };
  return { userId, replaces, upload: await files.begin({ userId, replaces, ...hints }) };
}

/** Whose it is and which file it replaces was settled when its first byte came: nothing else may be said later. */
function refuseOther({ userId, fileId }: Readonly<Record<string, string>>, begun: Begun): void {
  if ((userId ?? begun.userId) === begun.userId && (fileId ?? begun.replaces) === begun.replaces) return;
  throw new AppError("invalid_body", "userId and fileId must stand before the file, and be said once.");
}

/** A misspelt field must not pass for one left out. */
export function readWords(fields: Readonly<Record<string, string>>, known: readonly string[]): FileWords {
  if (Object.keys(fields).some((name) => !known.includes(name)))
    throw new AppError(
      "invalid_body",
      `The form has a field that is not known; known are ${known.join(", ")}.`,
    );
  const { name = "", audience = "" } = fields;
  if (name.length > NAME_LENGTH_MAX) throw wrong("name", `at most ${NAME_LENGTH_MAX} characters`);
  const word = AUDIENCES.find((one) => one === audience);
  if (word === undefined && audience !== "") throw wrong("audience", `one of ${AUDIENCES.join(", ")}`);
  return { ...(name.trim() && { name }), ...(word && { audience: word }) };
}

export async function answerFile(userId: string, fileId: string, files: KnowledgeFiles): Promise<Response> {
  return accept({ data: present(await files.get(userId, fileId)) });
}

/** Answers with the bytes, whole or a range of them. */
export async function sendOwnFile(
  { userId, fileId, request, server }: { userId: string; fileId: string; request: Request; server: unknown },
  { files, downloadBroke }: OwnFilesDeps,
): Promise<Response> {
  const file = await files.open(userId, fileId);
  const { name: fileName, contentType, sizeBytes, sha256: etag, createdAt } = file;
  const open = (range: ByteRange | null) => file.read(range, request.signal);
  const brokeOff = (error: unknown) => downloadBroke(error, fileId);
  return sendFile({ fileName, contentType, sizeBytes, etag, createdAt, open, brokeOff }, request, server);
}
