// What is answered from users' files: to whom they belong alone, with a step that says so, and not at all when it is off.
import { expect, test } from "bun:test";
import { addRead, giveBucket } from "../db/filed.ts";
import { CONVERSATION, openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { addNumber, addToken, addUser, chat } from "../harness/tenants.ts";

const INBOX = 12;
const contact = (id: number, phoneNumber: string) => ({ id, name: `Contact ${id}`, phoneNumber });
const FROM_ANA = { contact: contact(71, "+5511987654321"), inboxId: INBOX };
const FROM_STRANGER = { contact: contact(80, "+5531955554444"), inboxId: INBOX };
const LATER_MS = 30_010;

/** Ana writes, the line is Bia's; each has a file for herself and one for customers. */
async function openTwo(options: TestAppOptions = {}) {
  const app = await openTestApp(options);
  const [ana, bia] = [await addUser(app, "Ana"), await addUser(app, "Bia")];
  await addNumber(app, ana, "(11) 98765-4321");
  await app.admin("POST", "/whatsapp-configs", { userId: bia, inboxId: INBOX, connection: "default" });
  const files: string[] = [];
  for (const [userId, name] of [
    [ana, "Ana"],
    [bia, "Bia"],
  ] as const) {
    await giveBucket(app.store(), userId, app.clock.now());
    for (const audience of ["owner", "customers"] as const) {
      const text = `O metro de ${name} é para ${audience}.`;
      files.push(await addRead(app.store(), userId, [text], { audience, name: `${name}-${audience}.txt` }));
    }
  }
  return { app, ana, bia, files, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** What the model was told, in the last question. */
function told(app: TestApp): string {
  return app.ai.asked.at(-1)?.messages[0]?.content ?? "";
}

async function steps(app: TestApp): Promise<Record<string, unknown>[]> {
  const [job] = (await app.admin("GET", "/jobs")).body["data"] as Record<string, unknown>[];
  const turn = (await app.admin("GET", `/turns/${String(job?.["id"])}`)).body["data"];
  return (turn as Record<string, unknown>)["steps"] as Record<string, unknown>[];
}

const knowledgeIn = (all: Record<string, unknown>[]) => all.filter(({ name }) => name === "knowledge");

test("a known sender is answered from their own files and the line owner's for customers, and a step says so", async () => {
  await using two = await openTwo();
  const { app, files } = two;
  await app.receive("oi", FROM_ANA);
  await app.receive("quanto custa o metro?", FROM_ANA);
  await app.clock.tick(LATER_MS);
  for (const text of ["de Ana é para owner", "de Ana é para customers", "de Bia é para customers"])
    expect(told(app)).toContain(text);
  expect(told(app)).toContain("Ana-owner.txt");
  expect(told(app)).not.toContain("de Bia é para owner");
  const all = await steps(app);
  expect(all.map(({ name }) => name)).toEqual(["identify", "knowledge", "generate", "decide"]);
  const { detail, durationMs } = all[1] as { detail: Record<string, unknown>; durationMs: number };
  expect(detail).toEqual({ passageCount: 3, fileIds: expect.any(String), characters: 92 });
  expect(String(detail["fileIds"]).split(",").toSorted()).toEqual(
    [files[0], files[1], files[3]].map(String).toSorted(),
  );
  expect(durationMs).toBeGreaterThanOrEqual(0);
});

test("a stranger is answered from the line owner's files for customers alone", async () => {
  await using two = await openTwo();
  await two.app.receive(`metro") OR {audience} : ("u1" OR "u2`, FROM_STRANGER);
  await two.app.clock.tick(LATER_MS);
  expect(told(two.app)).toContain("de Bia é para customers");
  expect(told(two.app)).not.toContain("de Ana");
  expect(told(two.app)).not.toContain("para owner");
});

test("spoken words find as written ones do", async () => {
  await using two = await openTwo();
  const audio = {
    id: 5,
    file_type: "audio",
    data_url: "http://chatwoot.test/a.ogg",
    transcribed_text: "e o metro?",
  };
  await two.app.receive("", { ...FROM_STRANGER, attachments: [audio] });
  await two.app.clock.tick(LATER_MS);
  expect(told(two.app)).toContain("de Bia é para customers");
});

test("no step is taken where nothing is looked up, and one without passages where nothing fits", async () => {
  await using two = await openTwo();
  const { app } = two;
  await app.receive("quanto custa o metro?", { ...FROM_STRANGER, inboxId: INBOX + 1 });
  await app.clock.tick(LATER_MS);
  expect(knowledgeIn(await steps(app))).toEqual([]);
  await app.receive("abracadabra", { ...FROM_STRANGER, conversationId: 470 });
  await app.clock.tick(LATER_MS);
  const nothing = { passageCount: 0, fileIds: "", characters: 0 };
  expect(knowledgeIn(await steps(app))).toMatchObject([{ detail: nothing }]);
  expect(told(app)).not.toContain("Excerpts");
});

test("nothing of it happens while the flag is off, and it does again when it is on", async () => {
  await using two = await openTwo();
  const { app } = two;
  await app.admin("PUT", "/flags/knowledge_base", { enabled: false });
  await app.receive("quanto custa o metro?", FROM_ANA);
  await app.clock.tick(LATER_MS);
  expect(told(app)).not.toContain("metro de");
  expect(knowledgeIn(await steps(app))).toEqual([]);
  await app.admin("PUT", "/flags/knowledge_base", { enabled: true });
  await app.receive("quanto custa o metro?", FROM_ANA);
  await app.clock.tick(LATER_MS);
  expect(told(app)).toContain("metro de Ana");
});

test("a prompt that is too long is asked again without history and with the passages", async () => {
  await using two = await openTwo();
  const { app } = two;
  await app.receive("oi", FROM_ANA);
  await app.clock.tick(LATER_MS);
  app.ai.failNext("context_too_long");
  await app.receive("quanto custa o metro?", FROM_ANA);
  await app.clock.tick(LATER_MS);
  expect(told(app)).toContain("metro de Ana");
  expect(app.ai.asked.at(-1)?.messages).toHaveLength(2);
  expect(knowledgeIn(await steps(app))).toHaveLength(1);
});

test("a search that fails fails no turn and no answer of the chat", async () => {
  await using two = await openTwo({
    wrapStore: (store) => ({ ...store, searchPassages: () => Promise.reject(new Error("broken")) }),
  });
  const { app } = two;
  await app.receive("quanto custa o metro?", FROM_ANA);
  await app.clock.tick(LATER_MS);
  expect(app.chatwoot.sent(CONVERSATION)).toEqual(["ok"]);
  const answer = await chat(app, await addToken(app, "chat"), {
    text: "quanto custa o metro?",
    source: "whatsapp",
    phoneNumber: "+5511987654321",
  });
  expect(answer).toMatchObject({ status: 200, body: { success: true, response: "ok" } });
  const failures = app.events.filter(({ name }) => name === "knowledge.search_failed");
  expect(failures).toHaveLength(1);
});

test("the chat answers from the same files, and from none while the flag is off", async () => {
  await using two = await openTwo();
  const { app } = two;
  const token = await addToken(app, "chat");
  const asked = { text: "quanto custa o metro?", source: "whatsapp", phoneNumber: "+5511987654321" };
  await chat(app, token, asked);
  expect(told(app)).toContain("de Ana é para owner");
  expect(told(app)).not.toContain("de Bia");
  await chat(app, token, { ...asked, phoneNumber: "+5531955554444", inboxId: INBOX });
  expect(told(app)).toContain("de Bia é para customers");
  expect(told(app)).not.toContain("para owner");
  await app.admin("PUT", "/flags/knowledge_base", { enabled: false });
  await chat(app, token, asked);
  expect(told(app)).not.toContain("Excerpts");
});
