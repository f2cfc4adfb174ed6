// What a request for a notification must say: each field that is wrong is named, nothing is repeated, nothing is sent.
import { expect, test } from "bun:test";
import { postsOf } from "../delivery/scene.ts";
import { openAnswered } from "../harness/notified.ts";

const DRAFT = { title: "Proposta", url: "https://example.com/d/1" };
const TEMPLATE = { name: "order_shipped", language: "pt_BR" };
const HUGE = "x".repeat(9_000);

const WRONG: readonly [field: string, body: Record<string, unknown>][] = [
  ["message", { message: undefined }],
  ["message", { message: "   " }],
  ["message", { message: 7 }],
  ["message", { message: HUGE }],
  ["message", { message: "bell \u0007" }],
  ["conversationId", { conversationId: "458" }],
  ["conversationId", { conversationId: 0 }],
  ["conversationId", { conversationId: 1.5 }],
  ["whatsappNumber", { whatsappNumber: {} }],
  ["userId", { userId: 7 }],
  ["connection", { connection: [] }],
  ["draft", { draft: "d-1" }],
  ["draft", { draft: { ...DRAFT, link: "x" } }],
  ["draft.title", { draft: { url: DRAFT.url } }],
  ["draft.url", { draft: { title: "Proposta" } }],
  ["draft.url", { draft: { ...DRAFT, url: "javascript:alert(1)" } }],
  ["draft.id", { draft: { ...DRAFT, id: 7 } }],
  ["template", { template: [] }],
  ["template", { template: { ...TEMPLATE, namespace: "x" } }],
  ["template.name", { template: { language: "en" } }],
  ["template.name", { template: { ...TEMPLATE, name: "Order Shipped" } }],
  ["template.language", { template: { name: "order_shipped" } }],
  ["template.language", { template: { ...TEMPLATE, language: "Portuguese" } }],
  ["template.category", { template: { ...TEMPLATE, category: "SPAM" } }],
  ["template.processedParams", { template: { ...TEMPLATE, processedParams: ["Ana"] } }],
  ["template.processedParams", { template: { ...TEMPLATE, processedParams: { body: HUGE } } }],
];

test("a field that is wrong is named, and what was sent is not repeated", async () => {
  await using told = await openAnswered();
  for (const [field, wrong] of WRONG) {
    const { status, body, text } = await told.notify(wrong);
    expect({ field, status, code: body["code"] }).toEqual({ field, status: 400, code: "invalid_body" });
    expect(String(body["error"]).startsWith(`${field} `)).toBe(true);
    expect(text).not.toContain("Proposta");
  }
  expect((await told.notify({ mesage: "x" })).body["code"]).toBe("invalid_body");
  expect(postsOf(told.app)).toHaveLength(1);
});

test("a text that would need two messages is refused, since half of it may be lost", async () => {
  await using told = await openAnswered();
  const body = { message: "palavra ".repeat(499), draft: { ...DRAFT, title: "Proposta ".repeat(20) } };
  expect(await told.notify(body)).toMatchObject({ status: 400, body: { code: "invalid_body" } });
});

test("nobody named, no number, no such user and no such connection are each told apart", async () => {
  await using told = await openAnswered();
  const nobody = "019edad1-99b0-74f9-8802-932a90106aac";
  for (const [body, status, code] of [
    [{ whatsappNumber: null }, 422, "nobody_named"],
    [{ userId: "" }, 422, "nobody_named"],
    [{ whatsappNumber: "call me" }, 422, "invalid_number"],
    [{ userId: nobody }, 404, "not_found"],
    [{ userId: "Ana" }, 404, "not_found"],
    [{ connection: "elsewhere" }, 404, "not_found"],
  ] as const)
    expect(await told.notify(body)).toMatchObject({ status, body: { code } });
});

test.each(["", "with space", "ç", "k".repeat(201)])(
  "the Idempotency-Key %p is refused by name",
  async (key) => {
    await using told = await openAnswered();
    const answer = await told.notify({}, { "idempotency-key": key });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_body" } });
    expect(String(answer.body["error"])).toStartWith("Idempotency-Key ");
  },
);
