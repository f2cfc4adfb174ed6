// The rolling summary: lines that a prompt has no room for are put into words, some at a time, each once.
import { describe, expect, test } from "bun:test";
import { openTestApp, type TestApp, type TestAppOptions } from "../harness/app.ts";
import { addNumber, addUser } from "../harness/tenants.ts";
import { lastTurn } from "./signed.ts";

const NUMBER = "+5511987654321";
const ANA = { id: 71, name: "Ana", phoneNumber: NUMBER };

async function openChatty(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await openTestApp({ ...options, env: { MAX_BUFFER_SIZE: "1", ...options.env } });
  // A talk as long as these would pass for one with a machine.
  await app.admin("PUT", "/inboxes/default/12", { answersPerHourMax: 1_000 });
  app.ai.rawAnswer((asked) =>
    asked.schema === "summary"
      ? JSON.stringify({ summary: `summary ${summaries(app).length}` })
      : JSON.stringify({
          shouldRespond: true,
          content: `a${asked.order}`,
          confidence: 1,
          intent: "x",
          actions: [],
        }),
  );
  return app;
}

function summaries(app: TestApp) {
  return app.ai.asked.filter(({ schema }) => schema === "summary");
}

/** Turns of two lines each: a message and its answer. Gives the ids of the messages. */
async function talk(app: TestApp, turns: number, extra = {}): Promise<number[]> {
  const ids: number[] = [];
  const before = app.ai.asked.filter(({ schema }) => schema !== "summary").length;
  for (let turn = before; turn < before + turns; turn++) {
    const { messageId } = await app.receive(`m${turn + 1}`, extra);
    ids.push(messageId);
    await app.clock.tick(1_000);
  }
  return ids;
}

/** What stood between the instructions and the turn, and what the last prompt knew. */
function lastPrompt(app: TestApp) {
  const asked = app.ai.asked.findLast(({ schema }) => schema === "decision");
  const system = asked?.messages[0]?.content ?? "";
  const facts = JSON.parse(
    system.split("\n").find((line) => line.startsWith('{"messages"')) ?? "{}",
  ) as Record<string, unknown>;
  return { history: asked?.messages.slice(1, -1) ?? [], summary: facts["summary"] };
}

/** What a summary was made from. */
function given(app: TestApp, index: number) {
  const { summarySoFar, lines } = JSON.parse(summaries(app)[index]?.prompt ?? "{}") as {
    summarySoFar: string | null;
    lines: { by: string; text: string }[];
  };
  return { summarySoFar, texts: lines.map(({ text }) => text) };
}

describe("a conversation", () => {
  test("that fits is not summarised: all that was said is shown", async () => {
    await using app = await openChatty();
    await talk(app, 20);
    expect(summaries(app)).toHaveLength(0);
    expect(lastPrompt(app).history).toHaveLength(38);
  });

  test("that does not is summarised once, and shows its last twenty lines beside", async () => {
    await using app = await openChatty();
    await talk(app, 21);
    expect(summaries(app)).toHaveLength(1);
    expect(given(app, 0)).toMatchObject({ summarySoFar: null, texts: { length: 20 } });
    expect(given(app, 0).texts[0]).toBe("m1");
    const { history, summary } = lastPrompt(app);
    expect(summary).toBe("summary 1");
    expect(history).toHaveLength(20);
    expect(history[0]?.content).toBe("m11");
    expect((await lastTurn(app)).steps.map(({ name }) => name)).toContain("summarise");
  });

  test("is summarised further from its summary, twenty lines at a time, and no line is lost or told twice", async () => {
    await using app = await openChatty();
    await talk(app, 45);
    expect(summaries(app)).toHaveLength(3);
    expect([1, 2].map((index) => given(app, index).summarySoFar)).toEqual(["summary 1", "summary 2"]);
    const told = [0, 1, 2].flatMap((index) => given(app, index).texts);
    expect(told).toHaveLength(60);
    expect(new Set(told).size).toBe(60);
    const shown = lastPrompt(app).history.map(({ content }) => content);
    expect(shown).toHaveLength(28);
    expect(shown.some((text) => told.includes(text))).toBe(false);
  });

  test("keeps its summary through a restart", async () => {
    await using app = await openChatty();
    await talk(app, 21);
    await app.crash();
    await app.start();
    await talk(app, 5);
    expect(summaries(app)).toHaveLength(1);
    expect(lastPrompt(app).summary).toBe("summary 1");
  });
});

describe("a summary", () => {
  test.each(["server_error", "empty_content", "context_too_long"] as const)(
    "that fails (%s) fails no turn, and is tried again at the next",
    async (failure) => {
      await using app = await openChatty();
      await talk(app, 20);
      app.ai.failNext(failure);
      await talk(app, 1);
      expect(lastPrompt(app)).toMatchObject({ summary: undefined, history: { length: 39 } });
      expect(await lastTurn(app)).toMatchObject({ outcome: "answered" });
      await talk(app, 1);
      expect(lastPrompt(app).summary).toBe("summary 2");
    },
  );

  test("is counted as any call is, and left out where a limit is reached", async () => {
    const counted: string[] = [];
    await using app = await openChatty({
      wrapStore: (store) => ({
        ...store,
        reserveUsage(call, now) {
          counted.push(call.step);
          if (call.step !== "summarise") return store.reserveUsage(call, now);
          return Promise.resolve({ isReserved: false, kind: "tokens_per_day", notices: [] });
        },
      }),
    });
    await talk(app, 22);
    expect(counted.filter((step) => step === "summarise")).toHaveLength(2);
    expect(summaries(app)).toHaveLength(0);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered" });
  });

  test("that takes too long is not waited for", async () => {
    await using app = await openChatty();
    await talk(app, 20);
    app.ai.failNext("hang");
    await talk(app, 1);
    await app.clock.tick(10_000);
    expect(await lastTurn(app)).toMatchObject({ outcome: "answered" });
    expect(lastPrompt(app).history).toHaveLength(39);
  });

  test("holds no hidden characters and no more than its length, whatever the model wrote", async () => {
    await using app = await openChatty();
    app.ai.rawAnswer((asked) =>
      asked.schema === "summary"
        ? JSON.stringify({ summary: `a\u200Bb\u{E0041}${"x".repeat(9_000)}` })
        : "ok",
    );
    await talk(app, 21);
    const summary = String(lastPrompt(app).summary);
    expect(summary).toStartWith("abx");
    expect(summary).toHaveLength(2_000);
  });

  test("goes with a message that it tells of, and is made anew without it", async () => {
    await using app = await openChatty();
    const [first] = await talk(app, 21);
    await app.deliver(app.chatwoot.deleteMessage(first ?? 0));
    await talk(app, 1);
    expect(given(app, 1).summarySoFar).toBeNull();
    expect(given(app, 1).texts).not.toContain("m1");
    expect(lastPrompt(app).summary).toBe("summary 2");
  });

  test("of one user is not shown to another who has the number now, nor to nobody", async () => {
    await using app = await openChatty();
    const ana = await addUser(app, "Ana");
    const number = await addNumber(app, ana, NUMBER);
    await talk(app, 21, { contact: ANA });
    expect(lastPrompt(app).summary).toBe("summary 1");
    await app.admin("DELETE", `/users/${ana}/numbers/${number}`);
    const bia = await addUser(app, "Bia");
    await addNumber(app, bia, NUMBER);
    await talk(app, 1, { contact: ANA });
    expect(lastPrompt(app)).toEqual({ summary: undefined, history: [] });
  });

  test("is made by no plain prompt", async () => {
    await using app = await openChatty({ env: { LULL_FLAG_ENHANCED_AI_PROCESSING: "false" } });
    await talk(app, 22);
    expect(app.ai.asked).toHaveLength(22);
  });
});
