// What is never sent, what is cut, and what is taken for an answer once more.
import { describe, expect, test } from "bun:test";
import type { HistoryLine } from "../../src/db/store-turns.ts";
import { cappedParts, faultOf, isRepeated, REPLY_PARTS_MAX } from "../../src/turn/guards.ts";
import { OWN_TEXTS } from "../../src/turn/prompt-rules.ts";

const PEM = ["-----BEGIN", "PRIVATE KEY-----\nMIIB"].join(" ");
const JWT = `${"eyJ"}hbGciOiJIUzI1NiJ9.${"eyJ"}zdWIiOiIxMjM0NTY3ODkwIn0.sig`;

describe("an answer is never sent with", () => {
  test.each([
    ["an OpenAI key", `The key is sk-${"proj-a1b2c3d4e5f6g7h8"}.`],
    ["a Groq key", `gsk_${"a1b2c3d4e5f6g7h8i9j0"}`],
    ["a bearer token", `Authorization: Bearer ${"a1b2c3d4e5f6g7h8"}`],
    ["a key file", PEM],
    ["an AWS key", `AKIA${"ABCDEFGHIJKLMNOP"}`],
    ["a signed token", JWT],
  ])("%s", (_what, text) => {
    expect(faultOf(text)).toBe("secret");
  });

  test.each([
    "TypeError: undefined is not a function",
    "Sorry.\n    at runTurn (/app/src/turn/run-turn.ts:41:12)",
    "at Object.<anonymous> (worker.js:10:3)",
    "Traceback (most recent call last):\n  File",
    "The database said SQLITE_BUSY.",
    "connect ECONNREFUSED 127.0.0.1",
    "ai_unavailable: no model answered",
  ])("what only a machine says: %s", (text) => {
    expect(faultOf(text)).toBe("internal_error");
  });

  test("a line of lull's own rules, in whatever case and marks", () => {
    for (const line of OWN_TEXTS.flatMap((text) => text.split("\n")).filter(({ length }) => length > 60)) {
      expect(faultOf(`Of course! **${line.toUpperCase()}** Anything else?`)).toBe("own_rules");
    }
  });

  test.each([
    "Abrimos às 9:30 e fechamos às 18:00.",
    "We are at Rua das Flores 10:30 on Monday.",
    "Erro 404 na sua tela? Atualize a página.",
    "A risk-free trial, task-oriented: ask-me-anything.",
    "Seu pedido sk-12 saiu hoje.",
    "O JSON do pedido está anexo.",
    "Error: that is what your printer shows when it is out of paper.",
  ])("but may well say: %s", (text) => {
    expect(faultOf(text)).toBeNull();
  });

  test("nothing costs more than a long text, whatever it repeats", () => {
    for (const piece of [
      "at ",
      "sk-",
      "Bearer ",
      "-----BEGIN ",
      "eyJaaaaaaaaaaaa.",
      "at a.b:1",
      " \n",
      "*_",
    ]) {
      const startedAt = performance.now();
      faultOf(piece.repeat(Math.ceil(100_000 / piece.length)));
      expect(performance.now() - startedAt).toBeLessThan(100);
    }
  });
});

describe("the same answer again", () => {
  const ANSWER = "Abrimos de segunda a sexta, das nove às dezoito horas.";
  const history: HistoryLine[] = [
    { sender: "user", content: "que horas abre?" },
    { sender: "bot", content: ANSWER },
  ];

  test("is noticed when something else was asked", () => {
    expect(isRepeated([`*${ANSWER}*`], history, ["e quanto custa?"])).toBe(true);
  });

  test("is right when the same was asked", () => {
    expect(isRepeated([ANSWER], history, ["Que horas  abre?"])).toBe(false);
  });

  test("is right when it is a courtesy", () => {
    const thanks: HistoryLine[] = [
      { sender: "user", content: "obrigado" },
      { sender: "bot", content: "De nada!" },
    ];
    expect(isRepeated(["De nada!"], thanks, ["valeu"])).toBe(false);
  });

  test("is noticed in all its parts, and none of them alone", () => {
    const second = "E aos sábados das nove às treze horas, menos nos feriados.";
    const parted: HistoryLine[] = [...history, { sender: "bot", content: second }];
    expect(isRepeated([ANSWER, second], parted, ["e quanto custa?"])).toBe(true);
    expect(isRepeated([second], parted, ["e quanto custa?"])).toBe(true);
    expect(isRepeated([ANSWER], parted, ["e quanto custa?"])).toBe(false);
  });

  test("is noticed in whatever parts it was sent", () => {
    const parted: HistoryLine[] = [
      { sender: "user", content: "que horas abre?" },
      { sender: "bot", content: "Abrimos de segunda a sexta," },
      { sender: "bot", content: "das nove às dezoito horas." },
    ];
    expect(isRepeated([ANSWER], parted, ["e quanto custa?"])).toBe(true);
    expect(isRepeated([ANSWER], parted, ["que horas abre?"])).toBe(false);
  });

  test("is none without a reply before it", () => {
    expect(isRepeated([ANSWER], [], ["oi"])).toBe(false);
  });
});

describe("an answer that is too long", () => {
  test("keeps its first messages whole, and shows that something is missing", () => {
    const parts = ["a", "b", "c", `${"x".repeat(50)}. ${"y".repeat(45)}`, "e"];
    const kept = cappedParts(parts, 80);
    expect(kept).toHaveLength(REPLY_PARTS_MAX);
    expect(kept.slice(0, 3)).toEqual(["a", "b", "c"]);
    expect(kept[3]).toBe(`${"x".repeat(50)}. …`);
  });

  test("stays within the length of a message, and is left alone when it fits", () => {
    const parts = ["a", "b", "c", "😀".repeat(40), "e"];
    expect(cappedParts(parts, 80)[3]?.length).toBeLessThanOrEqual(80);
    expect(cappedParts(parts.slice(0, 4), 80)).toEqual(parts.slice(0, 4));
  });
});
