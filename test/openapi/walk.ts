// A walk through the API: nearly every address is asked for something that works, in an order in which a day may ask for it.
import { sampleMessage } from "../../src/chatwoot/sample.ts";
import { ACCOUNT_ID, CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { formOf } from "../harness/files.ts";
import { SECOND } from "../harness/second.ts";
import { type Ask, type Walked, walker } from "./walker.ts";

const NUMBER = "+5511987654321";
const CONTACT = { id: 71, name: "Ana", phoneNumber: NUMBER };

export async function walk(): Promise<Walked[]> {
  await using app = await openTestApp();
  const { ask, walked } = walker(app);
  const userId = await people(ask);
  await talk(app, ask);
  await inboxes(ask);
  await switches(ask);
  await arrivals(app, ask);
  await schedules(app, ask);
  await upkeep(app, ask);
  await moving(ask);
  await buckets(app, ask, userId);
  await files(ask, "/admin/users/:id/files", "rowId", { id: userId });
  await programs(app, ask, userId);
  await ownThings(ask, userId);
  await ends(ask, userId);
  return walked;
}

async function people(ask: Ask): Promise<string> {
  const { id } = await ask("POST /admin/users", { body: { name: "Ana Lima", email: "ana@example.com" } });
  const params = { id: String(id) };
  const of = (route: string, body?: unknown, more: Record<string, string> = {}) => {
    const [method = "", path = ""] = route.split(" ");
    return ask(`${method} /admin/users/:id${path}`, { params: { ...params, ...more }, body });
  };
  await of("PUT ", { name: "Ana" });
  await of("GET ");
  await ask("GET /admin/users");
  await of("POST /numbers", { number: NUMBER });
  await of("GET /numbers");
  await of("PUT /profile", { fullName: "Ana Lima", language: "pt-BR", whatsappNumber: NUMBER });
  await of("GET /profile");
  await of("POST /meeting-notes", {
    content: "agreed",
    contactPhone: "+5511987650000",
    metAt: "2026-06-18T13:05:02.000Z",
  });
  await of("GET /meeting-notes");
  await of("PUT /webhook-links", { webhookUrl: "https://example.com/hook", webhookEnabled: true });
  await of("GET /webhook-links");
  await of("PUT /limits", { requestsPerMinute: 30 });
  await of("GET /limits");
  await of("GET /usage");
  const line = await of("POST /whatsapp-configs", { inboxId: 12 });
  await of("PUT /whatsapp-configs/:rowId", { active: true }, { rowId: String(line["id"]) });
  await of("GET /whatsapp-configs/:rowId", undefined, { rowId: String(line["id"]) });
  await of("GET /whatsapp-configs");
  const other = await ask("POST /admin/whatsapp-configs", { body: { userId: id, phoneNumberId: "118" } });
  const lineParams = { rowId: String(other["id"]) };
  await ask("GET /admin/whatsapp-configs/:rowId", { params: lineParams });
  await ask("PUT /admin/whatsapp-configs/:rowId", { params: lineParams, body: { active: false } });
  await ask("GET /admin/whatsapp-configs");
  await ask("DELETE /admin/whatsapp-configs/:rowId", { params: lineParams });
  await keys(ask, "/admin/users/:id/ai-keys", "rowId", params);
  await keys(ask, "/admin/ai-keys", "rowId", {});
  await ask("POST /admin/ai-keys/wake", { body: {} });
  return String(id);
}

async function keys(ask: Ask, path: string, rowName: string, params: Record<string, string>, token?: string) {
  const as = token === undefined ? {} : { token };
  const body = { provider: "groq", apiKey: "gsk_0123456789abcdef" };
  const { id } = await ask(`POST ${path}`, { params, body, ...as });
  await ask(`GET ${path}`, { params, ...as });
  const one = { ...params, [rowName]: String(id) };
  if (token === undefined) await ask(`GET ${path}/:${rowName}`, { params: one });
  await ask(`PUT ${path}/:${rowName}`, { params: one, body: { priority: 3, temperature: 0.5 }, ...as });
  await ask(`DELETE ${path}/:${rowName}`, { params: one, ...as });
}

/** One turn is answered, one fails, one buffer is answered early and one dropped. */
async function talk(app: TestApp, ask: Ask): Promise<void> {
  await app.receive("oi", { contact: CONTACT });
  await app.clock.tick(30_010);
  await ask("GET /admin/conversations");
  const conversation = { params: { id: CONVERSATION } };
  await ask("GET /admin/conversations/:id", conversation);
  await ask("GET /admin/conversations/:id/timeline", conversation);
  await ask("POST /admin/conversations/:id/pause", { ...conversation, body: { minutes: 30 } });
  await ask("POST /admin/conversations/:id/resume", { ...conversation, body: {} });
  await early(app, ask);
  app.ai.failNext("server_error", 5);
  await app.receive("e agora?", { contact: CONTACT });
  await app.clock.tick(4 * 60_000);
  const { data: done } = await list(ask, "GET /admin/buffers", "?state=completed");
  await ask("POST /admin/buffers/:id/reprocess", { params: { id: done[0]?.id ?? "none" }, body: {} });
  await jobs(ask);
  await ask("GET /admin/outbox");
  await ask("GET /admin/errands");
  await ask("GET /admin/alerts");
  await ask("GET /admin/stats");
  await ask("GET /admin/metrics");
  await ask("GET /admin/identity", { query: `?number=${encodeURIComponent(NUMBER)}` });
}

async function early(app: TestApp, ask: Ask): Promise<void> {
  await app.receive("um", { conversationId: 500 });
  await app.receive("dois", { conversationId: 501 });
  const { data } = (await list(ask, "GET /admin/buffers", "?state=active")) as { data: { id: string }[] };
  const [first, second] = data.map(({ id }) => ({ params: { id } }));
  await ask("GET /admin/buffers/:id", first);
  await ask("POST /admin/buffers/:id/extend", { ...first, body: { seconds: 5 } });
  await ask("POST /admin/buffers/:id/process", { ...first, body: {} });
  await ask("POST /admin/buffers/:id/cancel", { ...second, body: {} });
  await app.clock.tick(1_000);
}

async function list(ask: Ask, route: string, query: string) {
  return { data: (await ask(route, { query })) as unknown as { id: string; name?: string }[] };
}

async function jobs(ask: Ask): Promise<void> {
  const { data } = await list(ask, "GET /admin/jobs", "?state=failed");
  const params = { id: data[0]?.id ?? "none" };
  await ask("GET /admin/turns/:id", { params });
  await ask("GET /admin/jobs/:id", { params });
  await ask("POST /admin/jobs/:id/retry", { params, body: {} });
  await ask("POST /admin/jobs/retry-failed", { body: {} });
  await ask("POST /admin/jobs/discard", { body: { errorCode: "ai_unavailable" } });
}

async function inboxes(ask: Ask): Promise<void> {
  const at = "/admin/inboxes/:connection/:inboxId";
  const params = { connection: "default", inboxId: 12 };
  const hours = { timeZone: "America/Sao_Paulo", days: { mon: ["09:00-18:00"] }, answer: "outside" };
  await ask(`PUT ${at}`, { params, body: { mode: "watch", hours, window: { silenceMs: 9_000 } } });
  await ask(`GET ${at}`, { params });
  await ask("GET /admin/inboxes");
  await ask(`POST ${at}/prompts`, { params, body: { text: "We sell shoes.", note: "first" } });
  await ask(`GET ${at}/prompts/shares`, { params });
  await ask(`PUT ${at}/prompts/shares`, { params, body: { shares: [{ version: 1, percent: 100 }] } });
  await ask(`GET ${at}/prompts`, { params });
  await ask(`GET ${at}/prompts/:version`, { params: { ...params, version: 1 } });
  await ask(`POST ${at}/prompts/:version/restore`, { params: { ...params, version: 1 }, body: {} });
}

async function arrivals(app: TestApp, ask: Ask): Promise<void> {
  await app.clock.tick(1_000);
  await ask("GET /admin/webhook-log", { query: "?outcome=buffered" });
  await ask("GET /admin/events");
  await ask("GET /admin/audit-log", { query: "?action=user.add" });
}

async function switches(ask: Ask): Promise<void> {
  await ask("GET /admin/flags");
  const flag = { params: { name: "split_replies" } };
  await ask("PUT /admin/flags/:name", { ...flag, body: { enabled: true, scope: "connection:default" } });
  await ask("GET /admin/flags/:name", flag);
  await ask("GET /admin/flags/:name/history", flag);
  await ask("DELETE /admin/flags/:name", { ...flag, query: "?scope=connection:default" });
  await ask("POST /admin/processing", { body: { enabled: true } });
  await ask("PUT /admin/model-capabilities", { body: { "gpt-5.4-mini": { sees: true } } });
  await ask("GET /admin/model-capabilities");
  await ask("POST /admin/connections", { body: SECOND });
  await ask("GET /admin/connections");
  const params = { name: SECOND.name };
  await ask("GET /admin/connections/:name", { params });
  const pathSecret = "a-path-secret-of-the-second";
  await ask("PUT /admin/connections/:name", { params, body: { userToken: "a-user-token-7777", pathSecret } });
  await ask("POST /webhooks/chatwoot/:connection/:pathSecret", {
    params: { connection: SECOND.name, pathSecret },
    body: { event: "webwidget_triggered" },
    token: null,
  });
  await ask("POST /admin/connections/:name/check", { params, body: {} });
  await ask("DELETE /admin/connections/:name", { params });
}

async function schedules(app: TestApp, ask: Ask): Promise<void> {
  const params = { name: "outbox" };
  await ask("PUT /admin/schedules/:name", { params, body: { enabled: true, why: "a try" } });
  const { id } = await ask("POST /admin/schedules/:name/run", { params, body: {} });
  await app.clock.tick(10);
  await ask("GET /admin/schedules/:name", { params });
  await ask("GET /admin/schedules");
  await ask("GET /admin/schedules/:name/runs", { params });
  await ask("GET /admin/schedules/:name/runs/:id", { params: { ...params, id: String(id) } });
  await backups(app, ask);
}

async function backups(app: TestApp, ask: Ask): Promise<void> {
  await ask("POST /admin/backups", { body: {} });
  await app.clock.settle();
  const listed = (await ask("GET /admin/backups")) as unknown as { id: string }[];
  await ask("POST /admin/backups/:id/verify", { params: { id: String(listed[0]?.id) }, body: {} });
  await ask("POST /admin/maintenance/checkpoint", { body: {} });
  await ask("POST /admin/maintenance/:work", { params: { work: "cleanup" }, body: {} });
}

async function upkeep(app: TestApp, ask: Ask): Promise<void> {
  await ask("POST /admin/backups", { body: {} });
  await app.clock.settle();
  const [backup] = (await list(ask, "GET /admin/backups", "")).data;
  await ask("POST /admin/backups/:id/verify", { params: { id: backup?.id ?? "none" }, body: {} });
  await ask("POST /admin/maintenance/checkpoint", { body: {} });
  await ask("POST /admin/maintenance/:work", { params: { work: "cleanup" }, body: {} });
  await app.clock.settle();
}

async function moving(ask: Ask): Promise<void> {
  await ask("GET /admin/forwards");
  await ask("POST /admin/forwards/give-up", { body: {} });
  const { id } = await ask("POST /admin/import/dry-run", { body: {} });
  const rows = [
    { line: 2, values: { id: "0b9d2d5e-6a0f-4c0c-9d0e-3a1d1d0c8f11", email: "bia@example.com" } },
    { line: 3, values: { id: "no id" } },
  ];
  await ask("POST /admin/import", { body: { table: "users", rows, dryRun: id } });
  await ask("POST /admin/import/finish", { body: { dryRun: id } });
}

async function buckets(app: TestApp, ask: Ask, userId: string): Promise<void> {
  const params = { id: userId };
  await ask("POST /admin/users/:id/bucket", { params, body: {} });
  await app.clock.tick(60_000);
  const { name } = await ask("GET /admin/users/:id/bucket", { params });
  await ask("PUT /admin/users/:id/bucket", { params, body: { bucketName: name } });
  await ask("GET /admin/users/:id/bucket/export", { params });
  await ask("GET /admin/buckets");
  await ask("GET /admin/buckets/:rowId", { params: { rowId: String(name) } });
  await ask("GET /admin/buckets/verify");
  await ask("GET /admin/buckets/duplicates");
  const { name: other } = (await list(ask, "GET /admin/buckets", "?limit=1")).data[0] ?? {};
  const task = await ask("DELETE /admin/buckets/:rowId/objects", { params: { rowId: String(other) } });
  await ask("GET /admin/bucket-tasks/:rowId", { params: { rowId: String(task["id"]) } });
  await ask("GET /admin/bucket-tasks");
  await ask("POST /admin/doctor", { body: {} });
}

async function files(
  ask: Ask,
  path: string,
  rowName: string,
  params: Record<string, string>,
  token?: string,
): Promise<void> {
  const as = token === undefined ? {} : { token };
  const { id } = await ask(`POST ${path}`, { params, body: formOf({}), ...as });
  const one = { params: { ...params, [rowName]: String(id) }, ...as };
  await ask(`GET ${path}`, { params, ...as });
  await ask(`GET ${path}/:${rowName}`, one);
  await ask(`HEAD ${path}/:${rowName}`, one);
  await ask(`PATCH ${path}/:${rowName}`, { ...one, body: { audience: "customers" } });
  const next = await ask(`PUT ${path}/:${rowName}`, { ...one, body: formOf({ content: "novo" }) });
  const last = { ...one, params: { ...one.params, [rowName]: String(next["id"] ?? id) } };
  await ask(`DELETE ${path}/:${rowName}`, last);
}

/** What other programs ask, with tokens of theirs. */
async function programs(app: TestApp, ask: Ask, userId: string): Promise<void> {
  const token = String(
    (await ask("POST /admin/tokens", { body: { name: "shop", scope: "service" } }))["token"],
  );
  await ask("GET /admin/tokens");
  await ask("GET /v1/identity/resolve", { query: "?number=5511987654321", token });
  for (const route of ["POST /v1/chat", "POST /functions/v1/api-chatbot"])
    await ask(route, { body: { text: "oi", source: "whatsapp", phoneNumber: NUMBER }, token });
  for (const route of ["POST /v1/notifications", "POST /functions/v1/whatsapp-notifications"])
    await ask(route, { body: { whatsappNumber: NUMBER, message: "pronto" }, token });
  await ask("POST /functions/v1/create-user-bucket", { body: { userId }, token });
  const whatsappNumber = NUMBER;
  const asked = [
    { action: "identify-and-ensure-bucket", whatsappNumber, contactId: 71 },
    { action: "get-bucket", userId },
    { action: "list-buckets" },
    { action: "verify-mapping", userId },
    { action: "verify-mapping" },
    { action: "normalize-number", whatsappNumber },
  ];
  for (const body of asked) await ask("POST /functions/v1/user-bucket-service", { body, token });
  await files(ask, "/v1/knowledge/:userId/files", "fileId", { userId }, token);
  const old = "POST /functions/v1/knowledge-base-storage";
  const content = Buffer.from("text").toString("base64");
  const { id } = await ask(old, { body: { action: "upload", userId, fileName: "a.txt", content }, token });
  await ask(old, { body: { action: "list", userId }, token });
  await ask(old, { body: { action: "download", userId, fileId: id }, token });
  await ask(old, { body: { action: "delete", userId, fileId: id }, token });
  await bufferFunctions(ask, token);
  await webhooks(app, ask);
}

async function bufferFunctions(ask: Ask, token: string): Promise<void> {
  const manager = "/functions/v1/message-buffer-manager";
  const message = sampleMessage({
    accountId: ACCOUNT_ID,
    inboxId: 12,
    conversationId: 503,
    createdAt: 1_780_000_000_000,
    contact: CONTACT,
    messageId: 99_001,
    direction: "incoming",
    content: "oi",
  });
  await ask(`POST ${manager}`, { query: "?action=handle", body: message, token });
  const query = "?action=status&conversationId=503";
  await ask(`GET ${manager}`, { query, token });
  await ask(`POST ${manager}`, { query: "?action=cancel&conversationId=503", body: {}, token });
  await ask(`GET ${manager}`, { query, token });
  await ask("POST /functions/v1/buffer-processor", { body: {}, token });
}

async function webhooks({ chatwoot }: TestApp, ask: Ask): Promise<void> {
  for (const path of [
    "/webhooks/chatwoot",
    "/functions/v1/chatwoot-webhook-v2",
    "/functions/v1/chatwoot-webhook",
  ]) {
    const request = chatwoot.customerSays(502, "oi").request();
    const headers = Object.fromEntries(request.headers);
    const body = await request.text();
    await ask(`POST ${path}`, { body: rawJson(body), token: null, headers });
  }
  const again = chatwoot.humanSays(502, "eu mesma").request();
  const headers = Object.fromEntries(again.headers);
  await ask("POST /webhooks/chatwoot/:connection", {
    params: { connection: "default" },
    body: rawJson(await again.text()),
    token: null,
    headers,
  });
  for (const path of ["/livez", "/readyz", "/metrics", "/openapi.json"])
    await ask(`GET ${path}`, { token: null });
}

/** What is signed must leave as it was signed. */
function rawJson(text: string) {
  return { toJSON: () => JSON.parse(text) as unknown };
}

async function ownThings(ask: Ask, userId: string): Promise<void> {
  const scope = `user:${userId}`;
  const made = await ask("POST /admin/tokens", { body: { name: "own", scope } });
  const token = String(made["token"]);
  const me = (route: string, body?: unknown, params: Record<string, string> = {}) => {
    const [method = "", path = ""] = route.split(" ");
    return ask(`${method} /v1/me${path}`, { body, params, token });
  };
  await me("GET /profile");
  await me("PUT /profile", { language: "fr" });
  const number = await me("POST /numbers", { number: "+5511912340000" });
  await me("GET /numbers");
  await me("DELETE /numbers/:id", undefined, { id: String(number["id"]) });
  const line = await me("POST /whatsapp-config", { phoneNumberId: "119" });
  await me("GET /whatsapp-config");
  await me("PUT /whatsapp-config/:id", { active: false }, { id: String(line["id"]) });
  await me("DELETE /whatsapp-config/:id", undefined, { id: String(line["id"]) });
  await me("GET /webhook-links");
  await me("PUT /webhook-links", { groqEnabled: true });
  await me("GET /usage");
  await keys(ask, "/v1/me/ai-keys", "id", {}, token);
  await files(ask, "/v1/me/files", "id", {}, token);
  await ask("DELETE /admin/tokens/:rowId", { params: { rowId: String(made["id"]) } });
}

/** What goes in the end. */
async function ends(ask: Ask, userId: string): Promise<void> {
  const params = { id: userId };
  for (const [path, route] of [
    ["numbers", "DELETE /admin/users/:id/numbers/:rowId"],
    ["whatsapp-configs", "DELETE /admin/users/:id/whatsapp-configs/:rowId"],
    ["meeting-notes", "DELETE /admin/users/:id/meeting-notes/:rowId"],
  ]) {
    const { data } = {
      data: (await ask(`GET /admin/users/:id/${path}`, { params })) as unknown as { id: string }[],
    };
    await ask(route ?? "", { params: { ...params, rowId: data[0]?.id ?? "none" } });
  }
  await ask("GET /admin/users/:id/export", { params });
  const { id } = await ask("DELETE /admin/users/:id", { params });
  await ask("GET /admin/erasures/:rowId", { params: { rowId: String(id) } });
  await ask("GET /admin/erasures");
  await ask("GET /admin/contacts/:rowId/export", { params: { rowId: "71" } });
  await ask("DELETE /admin/contacts/:rowId", { params: { rowId: "71" } });
}
