// Users' files at the address that old programs know: forms, JSON with the file within, and whose file it is.
import { describe, expect, test } from "bun:test";
import {
  type FileForm,
  formOf,
  json,
  jsonOf,
  OLD_ADDRESS,
  openFiles,
  rowIn,
  spooled,
  TEXT,
} from "../harness/files.ts";
import { addUser } from "../harness/tenants.ts";
import { NOBODY } from "../routes/table.ts";

describe("the old address", () => {
  test.each([
    ["base64", Buffer.from(TEXT).toString("base64")],
    ["base64 for addresses", Buffer.from(TEXT).toString("base64url")],
    ["a data: address", `data:text/plain;base64,${Buffer.from(TEXT).toString("base64")}`],
  ])("takes a file as %s, lists it, gives it and deletes it", async (_how, content) => {
    await using files = await openFiles();
    const { userId } = files;
    const act = (body: Record<string, unknown>) => files.asService(OLD_ADDRESS, json({ userId, ...body }));
    const sent = { action: "upload", fileName: "preços.txt", content, audience: "customers" };
    const { id } = rowIn(await jsonOf(act(sent)));
    expect((await jsonOf(act({ action: "list", limit: 5 }))).body).toMatchObject({
      success: true,
      data: [{ id, name: "preços.txt", audience: "customers", sizeBytes: TEXT.length }],
      nextCursor: null,
    });
    const download = await act({ action: "download", fileId: id });
    expect([await download.text(), download.headers.get("content-disposition")]).toEqual([
      TEXT,
      expect.stringContaining("attachment"),
    ]);
    const next = { ...sent, content: Buffer.from("outro").toString("base64"), fileId: id };
    expect(rowIn(await jsonOf(act(next)))).toMatchObject({ id, sizeBytes: 5, audience: "customers" });
    expect((await act({ action: "delete", fileId: id })).status).toBe(200);
    expect((await act({ action: "download", fileId: id })).status).toBe(404);
  });

  test("takes a form whose user is named in the address or before the file", async () => {
    await using files = await openFiles();
    const { userId } = files;
    const post = (path: string, form: FormData) =>
      jsonOf(files.asService(path, { method: "POST", body: form }));
    const before = { action: "upload", userId, name: "a.txt" };
    const inForm = rowIn(await post(OLD_ADDRESS, formOf({ before })));
    const inAddress = rowIn(await post(`${OLD_ADDRESS}?userId=${userId}`, formOf({ content: "b" })));
    expect((await files.rows()).map(({ id }) => id)).toEqual([inAddress.id, inForm.id]);
    const next = formOf({ content: "c", before: { userId, fileId: inForm.id } });
    expect(rowIn(await post(OLD_ADDRESS, next)).id).toBe(inForm.id);
    const late = await post(OLD_ADDRESS, formOf({ content: "d", after: { userId } }));
    expect(late).toMatchObject({
      status: 400,
      body: { code: "invalid_body", error: expect.stringMatching(/userId.*before/) },
    });
    expect(await files.rows()).toHaveLength(2);
  });

  test.each([
    [{ action: "upload", fileName: "a.txt", content: "YQ==" }, "userId"],
    [{ action: "upload", userId: "USER", content: "YQ==" }, "fileName"],
    [{ action: "upload", userId: "USER", fileName: "a.txt" }, "content"],
    [{ action: "upload", userId: "USER", fileName: "a.txt", content: "não é base64" }, "content"],
    [{ action: "upload", userId: "USER", fileName: "a.txt", content: "YQ==", audience: "all" }, "audience"],
    [{ action: "download", userId: "USER" }, "fileId"],
    [{ action: "delete", userId: "USER" }, "fileId"],
    [{ action: "drop", userId: "USER" }, "action"],
    [{ userId: "USER" }, "action"],
  ])("names what is wrong in %o: %s", async (body, field) => {
    await using files = await openFiles();
    const asked = "userId" in body ? { ...body, userId: files.userId } : body;
    const answer = await jsonOf(files.asService(OLD_ADDRESS, json(asked)));
    expect(answer).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringContaining(field) },
    });
    expect([await files.rows(), spooled(files.app)]).toEqual([[], []]);
  });
});

test("a file of another user's is none for programs at the old address, whatever is to be done with it", async () => {
  await using files = await openFiles();
  const { id } = await files.add();
  const bia = await addUser(files.app, "Bia");
  const act = (given: Record<string, unknown>) => jsonOf(files.asService(OLD_ADDRESS, json(given)));
  const none = { status: 404, body: { code: "not_found" } };
  for (const action of ["download", "delete"])
    expect(await act({ action, userId: bia, fileId: id })).toMatchObject(none);
  const upload = { action: "upload", fileName: "a.txt", content: "YQ==" };
  expect(await act({ ...upload, userId: bia, fileId: id })).toMatchObject(none);
  for (const given of [upload, { action: "list" }])
    expect(await act({ ...given, userId: NOBODY })).toMatchObject(none);
  for (const fields of [{ userId: bia, fileId: id }, { userId: NOBODY }]) {
    const form = formOf({ before: fields as Record<string, string> });
    expect(await jsonOf(files.asService(OLD_ADDRESS, { method: "POST", body: form }))).toMatchObject(none);
  }
  expect((await files.rows()).map((row) => [row.id, row["name"]])).toEqual([[id, "preços.txt"]]);
});

test("what stands after the file says no more whose it is, or which file it replaces", async () => {
  await using files = await openFiles();
  const { userId } = files;
  const { id } = await files.add();
  const bia = await addUser(files.app, "Bia");
  const post = (path: string, form: FileForm) =>
    jsonOf(files.asService(path, { method: "POST", body: formOf({ content: "outro", ...form }) }));
  for (const [path, form] of [
    [OLD_ADDRESS, { before: { userId }, after: { fileId: id } }],
    [OLD_ADDRESS, { before: { userId }, after: { userId: bia } }],
    [`${OLD_ADDRESS}?userId=${userId}`, { before: { userId: bia } }],
  ] as const)
    expect(await post(path, form)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
  expect(await files.rows()).toHaveLength(1);
  expect(rowIn(await post(`${OLD_ADDRESS}?userId=${userId}&fileId=${id}`, { before: { userId } })).id).toBe(
    id,
  );
});
