// The customer writes on while an answer is being made: it is thrown away, and one answer covers all. At most twice.
import { describe, expect, test } from "bun:test";
import { CONVERSATION, openTestApp, type TestApp } from "../harness/app.ts";
import { TEST_START } from "../harness/clock.ts";
import { type Row, lastTurn, listed } from "./signed.ts";

const SILENCE_MS = 30_010;

/** Answers with the messages it was shown, so that a reply tells what it covers. */
function answerWithWhatWasRead(app: TestApp): void {
  app.ai.answerWith(({ prompt }) =>
    [...prompt.matchAll(/^\[\d+\] (.*)$/gm)].map((match) => match[1]).join("+"),
  );
}

async function openReader(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await openTestApp({ env: { AI_PROCESSING_TIMEOUT_MS: "600000", ...env } });
  answerWithWhatWasRead(app);
  return app;
}

/** The model starts on `text` and is held there. */
async function startOn(app: TestApp, text: string): Promise<void> {
  await app.receive(text);
  app.ai.hold();
  await app.clock.tick(SILENCE_MS);
  expect(app.ai.waiting).toBe(1);
}

async function answerNow(app: TestApp): Promise<void> {
  app.ai.release();
  await app.clock.tick(0);
}

/** What the model was shown, question by question. */
function read(app: TestApp): string[] {
  return app.ai.asked.map(({ prompt }) =>
    [...prompt.matchAll(/^\[\d+\] (.*)$/gm)].map((match) => match[1]).join("+"),
  );
}

/** Every message of every buffer, by its text. */
async function fates(app: TestApp): Promise<Record<string, Row>> {
  const known: Record<string, Row> = {};
  for (const { id } of await listed(app, "/buffers")) {
    const { body } = await app.admin("GET", `/buffers/${String(id)}`);
    for (const message of (body["data"] as { messages: Row[] }).messages)
      known[String(message["content"])] = message;
  }
  return known;
}

/** Each text's fate is to have been answered by the reply that names it. */
async function expectAllAnswered(app: TestApp, texts: string[]): Promise<void> {
  const known = await fates(app);
  expect(Object.keys(known).toSorted()).toEqual(texts.toSorted());
  for (const text of texts) {
    expect(known[text]).toMatchObject({ outcome: "answered", reason: null });
    const reply = app.chatwoot
      .visible(CONVERSATION)
      .find(({ contentAttributes }) => contentAttributes["lull_reply_id"] === known[text]?.["replyId"]);
    expect(String(reply?.content).split("+")).toContain(text);
  }
}

describe("a message that comes while the model works", () => {
  test("makes one reply of both: the answer is thrown away and asked for anew after the silence", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois");
    await answerNow(app);
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
    await app.clock.tick(SILENCE_MS);
    expect(read(app)).toEqual(["um", "um+dois"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois"]);
    await expectAllAnswered(app, ["um", "dois"]);
    const jobs = await listed(app, "/jobs");
    expect(jobs).toMatchObject([{ outcome: "answered" }, { outcome: "superseded", reason: "superseded" }]);
    const buffers = await listed(app, "/buffers");
    expect(buffers[1]).toMatchObject({
      status: "cancelled",
      cancelReason: "superseded",
      mergedInto: buffers[0]?.["id"],
    });
  });

  test("is joined also when its own silence has passed and its turn only waits in line", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois");
    await app.clock.tick(SILENCE_MS);
    await app.receive("três");
    await app.clock.tick(SILENCE_MS);
    await answerNow(app);
    await app.clock.tick(10);
    expect(read(app)).toEqual(["um", "um+dois+três"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois+três"]);
    await expectAllAnswered(app, ["um", "dois", "três"]);
  });

  test("is joined when both an open buffer and a waiting turn stand behind", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois");
    await app.clock.tick(SILENCE_MS);
    await app.receive("três");
    await answerNow(app);
    await app.clock.tick(SILENCE_MS);
    expect(app.chatwoot.sent(CONVERSATION).at(-1)).toContain("três");
    await expectAllAnswered(app, ["um", "dois", "três"]);
  });

  test("costs nothing when it is deleted again before the answer", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    const slip = await app.receive("ops");
    await app.deliver(app.chatwoot.deleteMessage(slip.messageId));
    await answerNow(app);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um"]);
    expect(read(app)).toEqual(["um"]);
  });

  test("in another conversation throws nothing away", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois", { conversationId: 2 });
    await answerNow(app);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um"]);
  });

  test("survives a crash after the merge: still one reply to both", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois");
    await answerNow(app);
    await app.crash();
    await app.start();
    await app.clock.tick(SILENCE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois"]);
    await expectAllAnswered(app, ["um", "dois"]);
  });

  test("throws away no more than two answers: the third goes out, the newest message gets its own", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    for (const text of ["dois", "três", "quatro"]) {
      await app.receive(text);
      await answerNow(app);
      app.ai.hold();
      await app.clock.tick(SILENCE_MS);
    }
    await answerNow(app);
    await app.clock.tick(SILENCE_MS);
    expect(read(app)).toEqual(["um", "um+dois", "um+dois+três", "quatro"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois+três", "quatro"]);
    await expectAllAnswered(app, ["um", "dois", "três", "quatro"]);
  });

  test("starts with two answers to throw away again once something was sent", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    for (const text of ["dois", "três", "quatro", "cinco", "seis"]) {
      await app.receive(text);
      await answerNow(app);
      app.ai.hold();
      await app.clock.tick(SILENCE_MS);
    }
    await answerNow(app);
    await app.clock.tick(SILENCE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois+três", "quatro+cinco+seis"]);
    await expectAllAnswered(app, ["um", "dois", "três", "quatro", "cinco", "seis"]);
  });
});

describe("a message that comes between the answer and the POST", () => {
  /** The reply is made and cannot be looked at yet, so it waits in the outbox. */
  async function untilReplyWaits(app: TestApp, text: string): Promise<void> {
    await app.receive(text);
    app.chatwoot.failNext("show_down");
    await app.clock.tick(SILENCE_MS);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "intent", sends: 0 });
  }

  test("takes the reply back into one turn", async () => {
    await using app = await openReader();
    await untilReplyWaits(app, "um");
    await app.receive("dois");
    await app.clock.tick(SILENCE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois"]);
    expect(await listed(app, "/outbox")).toMatchObject([
      { state: "sent" },
      { state: "cancelled", reason: "superseded", sends: 0 },
    ]);
    await expectAllAnswered(app, ["um", "dois"]);
  });

  test("and that no webhook has brought yet is found by the look, kept, and answered once", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    const late = ["dois", "três"].map((text) => app.chatwoot.customerSays(CONVERSATION, text));
    await answerNow(app);
    expect(app.chatwoot.visible(CONVERSATION)).toEqual([]);
    for (const delivery of late)
      expect((await app.deliver(delivery)).body).toEqual({ success: true, action: "duplicate" });
    await app.clock.tick(SILENCE_MS);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois+três"]);
    await expectAllAnswered(app, ["um", "dois", "três"]);
  });

  test("counts as one of the two that may be thrown away", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois");
    app.chatwoot.failNext("show_down");
    await answerNow(app);
    await app.clock.tick(SILENCE_MS);
    expect((await listed(app, "/outbox"))[0]).toMatchObject({ state: "intent" });
    await app.receive("três");
    await app.clock.tick(3_000);
    app.ai.hold();
    await app.clock.tick(SILENCE_MS);
    await app.receive("quatro");
    await answerNow(app);
    await app.clock.tick(SILENCE_MS);
    expect(read(app)).toEqual(["um", "um+dois", "um+dois+três", "quatro"]);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois+três", "quatro"]);
    await expectAllAnswered(app, ["um", "dois", "três", "quatro"]);
  });

  test.each([
    ["and was taken", "accept_reset"],
    ["though nothing came of it", "reject_500"],
  ] as const)(
    "throws nothing away once the POST was tried, %s: it gets its own reply after",
    async (_name, mode) => {
      await using app = await openReader();
      app.chatwoot.failNext(mode);
      await app.receive("um");
      await app.clock.tick(SILENCE_MS);
      await app.receive("dois");
      await app.clock.tick(120_000);
      expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um", "dois"]);
      await expectAllAnswered(app, ["um", "dois"]);
    },
  );
});

describe("however often an answer is thrown away", () => {
  test("nobody waits beyond the age cap, counted from the first message", async () => {
    await using app = await openReader({ MAX_BUFFER_AGE_MS: "50000" });
    await startOn(app, "um");
    await app.receive("dois");
    await answerNow(app);
    const [open] = await listed(app, "/buffers");
    expect(Date.parse(String(open?.["dueAt"])) - TEST_START).toBe(50_000);
    await app.clock.tick(50_000 - SILENCE_MS - 20);
    expect(read(app)).toEqual(["um"]);
    await app.clock.tick(30);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois"]);
  });

  test("and messages that go on coming cannot move the deadline beyond it either", async () => {
    await using app = await openReader({ MAX_BUFFER_AGE_MS: "50000" });
    await startOn(app, "um");
    await app.receive("dois");
    await answerNow(app);
    await app.clock.tick(5_000);
    const { answer } = await app.receive("três");
    expect(Date.parse(String(answer["dueAt"])) - TEST_START).toBe(50_000);
  });

  test("the silence that a merged message still has is kept below the cap", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois");
    await app.clock.tick(20_000);
    await answerNow(app);
    await app.clock.tick(9_970);
    expect(read(app)).toEqual(["um"]);
    await app.clock.tick(40);
    expect(app.chatwoot.sent(CONVERSATION)).toEqual(["um+dois"]);
  });

  test("the turn that answers shows all of its messages, also those merged from before", async () => {
    await using app = await openReader();
    await startOn(app, "um");
    await app.receive("dois");
    await answerNow(app);
    await app.clock.tick(SILENCE_MS);
    expect((await lastTurn(app)).messages.map(({ content }) => content)).toEqual(["um", "dois"]);
  });
});
