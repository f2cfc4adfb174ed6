// A test app with a user whose files are sent, listed and fetched by the user, by a program and by the operator.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ADMIN_TOKEN, openTestApp, type TestApp, type TestAppOptions } from "./app.ts";
import { addToken, addUser } from "./tenants.ts";

export const OLD_ADDRESS = "/functions/v1/knowledge-base-storage";
export const OWN = "/v1/me/files";
/** A file's text where a test does not say another. */
export const TEXT = "O metro custa dez.";

export type FileRow = Record<string, unknown> & { id: string };

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: RequestInit["body"];
}

/** Asks with one caller's token. */
export type Caller = (path: string, ask?: Ask) => Promise<Response>;

export interface FileForm {
  content?: string | Uint8Array;
  fileName?: string;
  /** As the sender declares it. */
  type?: string;
  /** Fields that stand before the file. */
  before?: Record<string, string>;
  after?: Record<string, string>;
}

export interface FilesScene extends AsyncDisposable {
  app: TestApp;
  userId: string;
  asUser: Caller;
  asService: Caller;
  asAdmin: Caller;
  /** Adds a file as the user; gives its row. */
  add: (form?: FileForm) => Promise<FileRow>;
  /** The rows that the user's list shows. */
  rows: () => Promise<FileRow[]>;
  row: (fileId: string) => Promise<FileRow>;
  /** Waits for what a thread or the disk has to do with; the test's own time is the limit. */
  until: (isSo: () => boolean | Promise<boolean>) => Promise<void>;
  /** Waits until nothing of the user's is being read or brought to a bucket any more. */
  atRest: () => Promise<void>;
}

export async function openFiles(options: TestAppOptions = {}): Promise<FilesScene> {
  const app = await openTestApp(options);
  const userId = await addUser(app, "Ana");
  const asUser = callerOf(app, await addToken(app, `user:${userId}`));
  const asAdmin = callerOf(app, ADMIN_TOKEN);
  // By the operator, who may ask as often as it takes.
  const rows = async () =>
    (await jsonOf(asAdmin(`/admin/users/${userId}/files?limit=200`))).body["data"] as FileRow[];
  const until: FilesScene["until"] = async (isSo) => {
    while (!(await isSo())) await app.clock.settle();
  };
  return {
    app,
    userId,
    asUser,
    asService: callerOf(app, await addToken(app, "service")),
    asAdmin,
    add: async (form = {}) => rowIn(await jsonOf(asUser(OWN, { method: "POST", body: formOf(form) }))),
    rows,
    async row(fileId) {
      const row = (await rows()).find(({ id }) => id === fileId);
      if (row === undefined) throw new Error("the user has no such file");
      return row;
    },
    until,
    atRest: () =>
      until(async () =>
        (await rows()).every((row) => row["state"] !== "reading" && row["isStored"] === true),
      ),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

export function callerOf(app: TestApp, token: string): Caller {
  return (path, { method = "GET", headers = {}, body = null } = {}) =>
    app.handle(
      new Request(`http://localhost${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
        body,
      }),
    );
}

/** A form with a file, and fields around it. */
export function formOf({
  content = TEXT,
  fileName = "preços.txt",
  type = "text/plain",
  ...around
}: FileForm) {
  const form = new FormData();
  for (const [name, value] of Object.entries(around.before ?? {})) form.append(name, value);
  form.append(
    "file",
    new File([typeof content === "string" ? content : new Uint8Array(content)], fileName, { type }),
  );
  for (const [name, value] of Object.entries(around.after ?? {})) form.append(name, value);
  return form;
}

/** A JSON body as it is asked with. */
export function json(body: unknown, method = "POST"): Ask {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

export interface JsonAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export async function jsonOf(answer: Promise<Response>): Promise<JsonAnswer> {
  const response = await answer;
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

/** The row of an answer that has one. */
export function rowIn({ status, body }: JsonAnswer): FileRow {
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body["data"] as FileRow;
}

/** Names in the folder of what waits for its bucket. */
export function spooled({ dataDir }: TestApp): string[] {
  const folder = join(dataDir, "spool");
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** All objects of all buckets. */
export function objectsOf({ objects }: TestApp) {
  return [...objects.buckets].flatMap(([bucket, kept]) =>
    [...kept.objects.values()].map(({ info, bytes }) => ({
      bucket,
      ...info,
      text: new TextDecoder().decode(bytes),
    })),
  );
}
