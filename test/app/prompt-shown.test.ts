// The whole prompt of a rich turn, printed to be read by people: it holds what an answer needs, and nothing else of anybody.
import { expect, test } from "bun:test";
import { AI_TEST_KEY } from "../doubles/ai.ts";
import { ADMIN_TOKEN, openTestApp, WEBHOOK_SECRET } from "../harness/app.ts";
import { addKey, addNumber, addUser } from "../harness/tenants.ts";

const NUMBER = "+5511987654321";
const USER_KEY = "sk-ana-0123456789abcdef";
const EMAIL = "ana.luz@example.com";

test("a prompt holds no key, number, e-mail, address of a file, or id of lull's own", async () => {
  await using app = await openTestApp();
  const ana = await addUser(app, "Ana", { email: EMAIL });
  await addNumber(app, ana, NUMBER);
  await addKey(app, ana, USER_KEY, { provider: "openai" });
  await app.admin("PUT", `/users/${ana}/profile`, { fullName: "Ana Luz", language: "pt-BR" });
  const note = { title: "Visita", content: "Quer tinta azul para a sala.", contactPhone: NUMBER };
  await app.admin("POST", `/users/${ana}/meeting-notes`, note);
  await app.admin("POST", "/inboxes/default/12/prompts", { text: "Vendemos tintas. Seja breve." });
  const contact = { id: 71, name: "Ana", phoneNumber: NUMBER, email: EMAIL };
  await app.receive("bom dia", { contact });
  await app.clock.tick(30_010);
  const url = "http://files.test/secret-place/nota.ogg";
  const attachments = [
    { id: 9, file_type: "audio", data_url: url, transcribed_text: "quanto custa o azul?" },
  ];
  await app.receive("", { contact, attachments });
  await app.receive("e entregam?", { contact });
  await app.clock.tick(30_010);
  const messages = app.ai.asked.at(-1)?.messages ?? [];
  console.log(messages.map(({ role, content }) => `--- ${role}\n${content}`).join("\n"));
  const text = JSON.stringify(messages);
  for (const needed of ["Ana Luz", "pt-BR", "tinta azul", "Seja breve", "bom dia", "quanto custa o azul?"])
    expect(text).toContain(needed);
  const secrets = [AI_TEST_KEY, USER_KEY, ADMIN_TOKEN, WEBHOOK_SECRET, "user-token"];
  const people = [NUMBER, NUMBER.slice(1), NUMBER.slice(-8), EMAIL, "example.com", "secret-place"];
  const ids = [ana, "contact_71", "account_3", "default/12"];
  for (const secret of [...secrets, ...people, ...ids]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
});
