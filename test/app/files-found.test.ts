// A file's words in answers, from its upload to its end: read by the real thread, found by those it is meant for.
import { expect, test } from "bun:test";
import { unavailable } from "../../src/storage/failure.ts";
import { formOf, json, jsonOf, openFiles, OWN, rowIn } from "../harness/files.ts";
import { addNumber } from "../harness/tenants.ts";
import { docxOf, linesOnPage, paragraph, pdfOf } from "../knowledge/files.ts";

const INBOX = 12;
const LATER_MS = 30_010;
const TEN_MINUTES_MS = 10 * 60_000;
const QUESTION = "quanto custa o metro?";

/** Ana is known by her number, and the line is hers; another customer writes on it, too. */
async function openAnas() {
  const files = await openFiles();
  const { app, userId } = files;
  await addNumber(app, userId, "(11) 98765-4321");
  await app.admin("POST", "/whatsapp-configs", { userId, inboxId: INBOX, connection: "default" });
  let askedCount = 0;
  /** Each time in other words: who repeats a sentence is taken for a machine. */
  const ask =
    (contact: { id: number; phoneNumber: string }, conversationId: number) => async (text: string) => {
      const said = `${text} (${++askedCount})`;
      await app.receive(said, { contact: { name: "someone", ...contact }, inboxId: INBOX, conversationId });
      await app.clock.tick(LATER_MS);
      return app.ai.asked.at(-1)?.messages[0]?.content ?? "";
    };
  return {
    ...files,
    /** What the model was told when Ana asked. */
    toldAna: ask({ id: 71, phoneNumber: "+5511987654321" }, 501),
    toldCustomer: ask({ id: 80, phoneNumber: "+5531955554444" }, 502),
  };
}

test("what is in a file is told from when it was read until it is deleted", async () => {
  await using files = await openAnas();
  expect(await files.toldAna(QUESTION)).not.toContain("custa dez");
  const { id } = await files.add();
  await files.atRest();
  const told = await files.toldAna(QUESTION);
  expect(told).toContain("O metro custa dez.");
  expect(told).toContain("preços.txt");
  expect((await files.asUser(`${OWN}/${id}`, { method: "DELETE" })).status).toBe(200);
  expect(await files.toldAna(QUESTION)).not.toContain("custa dez");
});

test.each([
  ["a PDF", "a.pdf", pdfOf({ pages: [linesOnPage(["O metro custa dez."])] })],
  ["a Word document", "a.docx", docxOf(paragraph("O metro custa dez."))],
  ["a page", "a.html", "<!doctype html><title>Tabela</title><p>O metro custa <b>dez.</b>"],
  ["a table", "a.csv", "produto,resposta\nmetro,O metro custa dez."],
])("%s is told as a text is", async (_what, fileName, content) => {
  await using files = await openAnas();
  await files.add({ fileName, content });
  await files.atRest();
  expect(await files.rows()).toMatchObject([{ state: "read", passageCount: 1 }]);
  expect(await files.toldAna(QUESTION)).toContain("O metro custa dez.");
});

test("a next version takes the place of the one before, under its id and for whom that was", async () => {
  await using files = await openAnas();
  const { id } = await files.add({ after: { audience: "customers" } });
  await files.atRest();
  expect(await files.toldCustomer(QUESTION)).toContain("custa dez");
  const next = formOf({ content: "O metro custa vinte.", fileName: "novo.txt" });
  const row = rowIn(await jsonOf(files.asUser(`${OWN}/${id}`, { method: "PUT", body: next })));
  expect(row).toMatchObject({ id, name: "novo.txt", audience: "customers" });
  await files.atRest();
  const told = await files.toldCustomer(QUESTION);
  expect(told).toContain("custa vinte");
  expect(told).not.toContain("custa dez");
});

test("a file for its owner is told to no customer, and one for customers to both, as soon as it is said", async () => {
  await using files = await openAnas();
  const { id } = await files.add();
  await files.atRest();
  expect(await files.toldCustomer(QUESTION)).not.toContain("custa dez");
  const change = (audience: string) => files.asUser(`${OWN}/${id}`, json({ audience }, "PATCH"));
  expect((await change("customers")).status).toBe(200);
  await files.atRest();
  expect(await files.toldCustomer(QUESTION)).toContain("custa dez");
  expect(await files.toldAna(QUESTION)).toContain("custa dez");
  expect((await change("owner")).status).toBe(200);
  expect(await files.toldCustomer(QUESTION)).not.toContain("custa dez");
  expect(await files.toldAna(QUESTION)).toContain("custa dez");
});

test("what a crash interrupts is read, and brought to its bucket, after the next start", async () => {
  await using files = await openAnas();
  files.app.objects.failure = unavailable("the store is away");
  await files.add();
  await files.app.crash();
  files.app.objects.failure = null;
  await files.app.start();
  // First of all: time that is moved by hand would be too much for the thread.
  await files.until(async () => (await files.rows()).every((row) => row["state"] !== "reading"));
  await files.app.clock.tick(TEN_MINUTES_MS);
  await files.atRest();
  expect(await files.toldAna(QUESTION)).toContain("O metro custa dez.");
});
