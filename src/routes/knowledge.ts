// Users' files for other programs: `/v1/knowledge/:userId/files`, and everything at one old address.
import { Elysia } from "elysia";
import { answerPage, listQuery, present } from "./admin-lists.ts";
import { accept } from "./answers.ts";
import { Fields, wrong } from "./fields.ts";
import { answerFile, fileVerbs, type OwnFilesDeps, readWords, sendOwnFile, takeFile } from "./own-files.ts";
import { askedByService, type OwnRequest, type TokenDoor } from "./own-request.ts";
import { readJsonObject } from "./request-body.ts";

export interface KnowledgeRoutesDeps extends OwnFilesDeps, TokenDoor {}

const OLD_ADDRESS = "/functions/v1/knowledge-base-storage";
const WORD_LENGTH_MAX = 1_000;
/** A file within JSON is a third longer, and held as a whole: larger ones come as a form. */
const JSON_BYTES_MAX = 8 * 1024 * 1024;
const FORM_FIELDS = ["action", "userId", "fileId", "name", "audience"];
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

export function knowledgeRoutes(deps: KnowledgeRoutesDeps) {
  const asked = askedByService(deps);
  const files = fileVerbs(deps);
  const raw = { parse: "none" } as const;
  const one = "/v1/knowledge/:userId/files/:fileId";
  return new Elysia({ name: "knowledge" })
    .get("/v1/knowledge/:userId/files", asked(files.list))
    .post("/v1/knowledge/:userId/files", asked(files.add), raw)
    .get(one, asked(files.download))
    .head(one, asked(files.download))
    .put(one, asked(files.replace), raw)
    .patch(one, asked(files.change), raw)
    .delete(one, asked(files.remove), raw)
    .post(
      OLD_ADDRESS,
      asked((call) => actAtOldAddress(call, deps)),
      raw,
    );
}

type Call = Pick<OwnRequest, "request" | "server" | "query" | "changed">;

/** A form is an upload; JSON says in `action` what it is. */
async function actAtOldAddress(call: Call, deps: KnowledgeRoutesDeps): Promise<Response> {
  if (/^multipart\//i.test(call.request.headers.get("content-type") ?? "")) return takeForm(call, deps);
  const fields = new Fields(await readJsonObject(call.request, JSON_BYTES_MAX));
  const action = fields.line("action", WORD_LENGTH_MAX) ?? "";
  const userId = fields.needed("userId", fields.line("userId", WORD_LENGTH_MAX));
  switch (action) {
    case "upload":
      return takeBase64(userId, fields, call, deps);
    case "list":
      return list(userId, fields, deps);
    case "download":
      return sendOwnFile({ ...call, userId, fileId: fileIdIn(fields) }, deps);
    case "delete":
      await deps.files.remove(userId, fileIdIn(fields));
      call.changed("file.remove", fileIdIn(fields));
      return accept({ action: "removed" });
    default:
      throw wrong("action", "one of upload, list, download, delete");
  }
}

function fileIdIn(fields: Fields): string {
  return fields.needed("fileId", fields.line("fileId", WORD_LENGTH_MAX));
}

async function list(userId: string, fields: Fields, { files }: KnowledgeRoutesDeps): Promise<Response> {
  const query = { limit: fields.value("limit"), cursor: fields.value("cursor") };
  return answerPage(await files.list(userId, listQuery(query, [])), present);
}

/** Whose it is must be known before the first byte: in the address, or in the form before the file. */
async function takeForm(
  { request, server, query, changed }: Call,
  { files }: KnowledgeRoutesDeps,
): Promise<Response> {
  const userId = query["userId"];
  const order = {
    userId: typeof userId === "string" ? userId : null,
    replaces: typeof query["fileId"] === "string" ? query["fileId"] : null,
  };
  const kept = await takeFile({ ...order, request, server }, FORM_FIELDS, files);
  changed(order.replaces === null ? "file.add" : "file.replace", kept.fileId);
  return answerFile(kept.userId, kept.fileId, files);
}

async function takeBase64(
  userId: string,
  fields: Fields,
  { changed }: Call,
  { files }: KnowledgeRoutesDeps,
): Promise<Response> {
  const name = fields.needed("fileName", fields.line("fileName", WORD_LENGTH_MAX));
  const content = fields.needed("content", fields.raw("content")).replace(/^data:[^,]*;base64,/, "");
  if (!BASE64.test(content)) throw wrong("content", "the file in base64");
  const contentType = fields.line("contentType", WORD_LENGTH_MAX) ?? undefined;
  const replaces = fields.line("fileId", WORD_LENGTH_MAX) ?? null;
  const said = readWords({ audience: fields.line("audience", WORD_LENGTH_MAX) ?? "" }, FORM_FIELDS);
  const upload = await files.begin({ userId, name, contentType, replaces });
  await upload.write(Buffer.from(content, "base64"));
  const { fileId } = await upload.finish(said);
  changed(replaces === null ? "file.add" : "file.replace", fileId);
  return answerFile(userId, fileId, files);
}
