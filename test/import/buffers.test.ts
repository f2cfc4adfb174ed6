// `lull import`: buffers of the older system with their messages and jobs. What was open goes on; what was answered, or may
// be being answered, is never answered again.
import { expect, test } from "bun:test";
import { openTestApp, type TestApp } from "../harness/app.ts";
import { type ExportRow, exportFolder, idOf, type Imported, importInto } from "./exports.ts";

const BUFFER = idOf(20, 1);
const CONVERSATION = 458;

interface Old {
  status: string;
  /** Of its job; left out: it has none. */
  job?: string;
  /** Seconds from now until it is due, and since its last message. */
  dueInS?: number;
  lastAgoS?: number;
  /** Chatwoot's, of its first message. */
  firstId?: number;
}

function momentOf(app: TestApp, offsetMs: number): string {
  return new Date(app.clock.now() + offsetMs).toISOString().replace("T", " ").replace("Z", "+00");
}

async function importBuffer(app: TestApp, old: Old): Promise<Imported> {
  const { status, job, dueInS = 20, lastAgoS = 10, firstId = 9_001 } = old;
  const lastAt = momentOf(app, -lastAgoS * 1_000);
  const dueAt = momentOf(app, dueInS * 1_000);
  const buffer: ExportRow = {
    id: BUFFER,
    conversation_id: CONVERSATION,
    user_id: "",
    buffer_start_time: lastAt,
    buffer_end_time: dueAt,
    last_message_time: lastAt,
    status,
    message_count: 2,
  };
  const message = (id: number, content: string): ExportRow => ({
    id: idOf(21, id),
    buffer_id: BUFFER,
    chatwoot_message_id: id,
    content,
    message_type: "text",
    attachments: "[]",
    sender_info: '{"id":71,"name":"Ana","phone_number":"+5511987654321"}',
    conversation_info: '{"id":458,"status":"open","channel":"Channel::Whatsapp"}',
    received_at: lastAt,
    processed: false,
  });
  const jobs =
    job === undefined
      ? []
      : [{ id: idOf(22, 1), buffer_id: BUFFER, scheduled_for: dueAt, status: job, attempts: 1 }];
  return importInto(app, [
    exportFolder({
      message_buffer: [buffer],
      buffered_messages: [message(firstId, "bom dia"), message(firstId + 1, "quanto custa?")],
      ...(jobs.length > 0 ? { buffer_processing_jobs: jobs } : {}),
    }),
  ]);
}

async function bufferRow(app: TestApp): Promise<Record<string, unknown>> {
  return (await app.admin("GET", `/buffers/${BUFFER}`)).body["data"] as Record<string, unknown>;
}

test.each<[string, Old]>([
  ["active", { status: "active", job: "scheduled" }],
  ["processing, with a job that has not begun", { status: "processing", job: "scheduled" }],
  ["active without a job", { status: "active" }],
])("a buffer that was %s keeps its deadline and is answered once", async (_, old) => {
  await using app = await openTestApp();
  const { buffers } = await importBuffer(app, old);
  expect(buffers).toEqual({ opened: 1, joined: 0, failed: 0 });
  await app.clock.tick(19_000);
  expect(app.ai.asked).toHaveLength(0);
  await app.clock.tick(2_000);
  expect(app.ai.asked).toHaveLength(1);
  expect(JSON.stringify(app.ai.asked)).toContain("quanto custa?");
  expect(await bufferRow(app)).toMatchObject({ status: "completed" });
});

test("an overdue buffer goes at once", async () => {
  await using app = await openTestApp();
  await importBuffer(app, { status: "active", job: "scheduled", dueInS: -60, lastAgoS: 90 });
  await app.clock.tick(100);
  expect(app.ai.asked).toHaveLength(1);
});

test("what is older than WhatsApp lets anybody answer is dropped", async () => {
  await using app = await openTestApp();
  await importBuffer(app, { status: "active", job: "scheduled", dueInS: -90_000, lastAgoS: 90_030 });
  await app.clock.tick(60_000);
  expect(app.ai.asked).toHaveLength(0);
  expect(await bufferRow(app)).toMatchObject({ status: "cancelled", cancelReason: "window_closed" });
});

test.each<[string, Old]>([
  ["completed", { status: "completed", job: "completed" }],
  ["processing, with a job that is done", { status: "processing", job: "completed" }],
])("a buffer that was %s is answered by nobody, and is the history of what comes", async (_, old) => {
  await using app = await openTestApp();
  await importBuffer(app, old);
  await app.clock.tick(60_000);
  expect(app.ai.asked).toHaveLength(0);
  expect(await bufferRow(app)).toMatchObject({ status: "completed" });
  await app.receive("e hoje?");
  await app.clock.tick(30_010);
  expect(JSON.stringify(app.ai.asked)).toContain("quanto custa?");
});

test.each<[string, Old]>([
  ["being answered", { status: "processing", job: "running" }],
  ["being answered, as far as is known", { status: "processing" }],
  ["given up", { status: "active", job: "failed" }],
])("a buffer that was %s waits for an operator's word", async (_, old) => {
  await using app = await openTestApp();
  await importBuffer(app, old);
  await app.clock.tick(3_600_000);
  expect(app.ai.asked).toHaveLength(0);
  expect(await bufferRow(app)).toMatchObject({ status: "failed" });
  const jobs = (await app.admin("GET", "/jobs?state=failed")).body["data"] as { id: string }[];
  expect(jobs).toMatchObject([{ errorCode: "imported" }]);
  await app.admin("POST", `/jobs/${jobs[0]?.id}/retry`);
  await app.clock.tick(1_000);
  expect(app.ai.asked).toHaveLength(1);
});

test("what was open joins what the customer wrote to lull meanwhile: one answer for both", async () => {
  await using app = await openTestApp();
  await app.receive("e à vista?");
  const { buffers } = await importBuffer(app, { status: "active", job: "scheduled" });
  expect(buffers).toEqual({ opened: 0, joined: 1, failed: 0 });
  await app.clock.tick(60_000);
  expect(app.ai.asked).toHaveLength(1);
  expect(JSON.stringify(app.ai.asked)).toContain("quanto custa?");
  expect(JSON.stringify(app.ai.asked)).toContain("e à vista?");
});

test("a buffer waits for its messages: without them it is never closed", async () => {
  await using app = await openTestApp();
  const folder = exportFolder({
    message_buffer: [
      {
        id: BUFFER,
        conversation_id: CONVERSATION,
        buffer_end_time: momentOf(app, -1_000),
        last_message_time: momentOf(app, -31_000),
        status: "active",
      },
    ],
  });
  await importInto(app, [folder]);
  await app.clock.tick(60_000);
  expect(app.ai.asked).toHaveLength(0);
  await importBuffer(app, { status: "active", job: "scheduled" });
  await app.clock.tick(60_000);
  expect(app.ai.asked).toHaveLength(1);
});

test("a message that was imported is a duplicate when its webhook comes again", async () => {
  await using app = await openTestApp();
  const late = app.chatwoot.customerSays(CONVERSATION, "bom dia");
  await importBuffer(app, { status: "completed", job: "completed", firstId: late.messageId });
  expect((await app.deliver(late)).body).toMatchObject({ action: "duplicate" });
});
