// What a customer gets for what a model wrote: cleaned, safe in Chatwoot, in parts that fit.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MESSAGE_UNITS_MAX, cleanText, composeReply, neutraliseLiquid } from "../../src/delivery/reply.ts";

const CHANNELS = ["Channel::Whatsapp", "Channel::TwilioSms", "Channel::Api", null];
const GAP = "\u200B";
const anyChannel = fc.constantFrom(...CHANNELS);

/** Text that provokes: marks, braces, tags and invisible characters in any order. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "{",
        "%",
        "}",
        "{{",
        "{%",
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "```\n",
        "<b>",
        "<",
        ">",
        "|",
        "\n",
      ),
      fc.constantFrom(
        "[a](http://x.y)",
        "\u200B",
        "\u2060",
        "\u{E0041}",
        "\u202E",
        "\uFE0F",
        "\\",
        "# ",
        "---\n",
        " ",
      ),
      fc.string({ unit: "grapheme", maxLength: 8 }),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(""));

describe("a reply", () => {
  test.each(["", "   ", "\n\n\t\n", "\u200B\u2060\uFEFF", "---", "<br><p></p>", "\u202E\u0000"])(
    "of nothing visible (%j) is no message",
    (text) => {
      for (const channel of CHANNELS) expect(composeReply(text, channel)).toEqual([]);
    },
  );

  test("that fits is one message", () => {
    expect(composeReply("Custa dez.\n\nMais alguma coisa?", null)).toEqual([
      "Custa dez.\n\nMais alguma coisa?",
    ]);
  });

  test("keeps at most two blank lines in a row", () => {
    expect(composeReply("a\n\n\nb\n \n\n\n\nc", null)).toEqual(["a\n\n\nb\n\n\nc"]);
  });

  test("is made of messages of 1 to 4,000 units without a broken character", () => {
    const longText = fc.array(
      fc.oneof(hostileText, fc.constantFrom("palavra ", "👩‍👩‍👧‍👦", "ação. ", "x".repeat(900))),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(longText, anyChannel, (pieces, channel) => {
        for (const part of composeReply(pieces.join(""), channel)) {
          expect(part.length).toBeLessThanOrEqual(MESSAGE_UNITS_MAX);
          expect(part.trim()).not.toBe("");
          expect(part.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  test("holds all the words in their order", () => {
    const words = fc.array(fc.stringMatching(/^[a-zá-ú0-9]{1,12}$/), { minLength: 1, maxLength: 2_000 });
    const gaps = fc.array(
      fc.constantFrom(" ", " ", " ", ". ", "\n", "\n\n", "\n- ", " **", "** ", " *", "* "),
      {
        minLength: 1,
        maxLength: 50,
      },
    );
    fc.assert(
      fc.property(words, gaps, anyChannel, (list, between, channel) => {
        const text = list.map((word, at) => word + (between[at % between.length] ?? " ")).join("");
        const got = composeReply(text, channel)
          .join(" ")
          .matchAll(/[a-zá-ú0-9]+/g);
        expect([...got].map(String)).toEqual(list);
      }),
    );
  });
});

describe("Liquid", () => {
  test.each([
    ["{{contact.email}}", `{${GAP}{contact.email}${GAP}}`],
    ["{% assign x = 1 %}", `{${GAP}% assign x = 1 %${GAP}}`],
    ["{{{%", `{${GAP}{${GAP}{${GAP}%`],
    ["}}}", `}${GAP}}${GAP}}`],
    ["{ {", "{ {"],
    ["100% {a}", "100% {a}"],
  ])("%s is taken apart with nothing to see", (text, expected) => {
    expect(neutraliseLiquid(text)).toBe(expected);
  });

  test.each([
    "`{{contact.email}}`",
    "```\n{% raw %}\n```",
    "{**{**contact.email}}",
    "{<b>{contact.email}}",
    "{\u200B{contact.email}}",
    "{\u202E{contact.email}}",
    "\\{\\{contact.email}}",
    "[{](http://x.y/{{contact.email}})",
    "| {{a}} | b |\n| --- | --- |\n| {% x | y |",
  ])("cannot be smuggled through as %j", (text) => {
    for (const channel of CHANNELS)
      expect(composeReply(text, channel).join("\n")).not.toMatch(/\{[{%]|[%}]\}/);
  });

  test("never survives, in one message or across two", () => {
    fc.assert(
      fc.property(hostileText, fc.nat(MESSAGE_UNITS_MAX), anyChannel, (text, padding, channel) => {
        const parts = composeReply("x".repeat(padding) + text, channel);
        expect(parts.join("")).not.toMatch(/\{[{%]|[%}]\}/);
      }),
    );
  });

  test("taken apart twice is the same as once", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(neutraliseLiquid(neutraliseLiquid(text))).toBe(neutraliseLiquid(text));
      }),
    );
  });
});

describe("cleaning", () => {
  test.each([
    ["control characters go", "a\u0000b\u001B[31mc\u007F\u009B", "ab[31mc"],
    ["every line end is a newline", "a\r\nb\rc\u2028d\u2029e\u0085f", "a\nb\nc\nd\ne\nf"],
    ["a tab is a space", "a\tb", "a b"],
    ["bidirectional overrides go", "a\u202Eb\u2066c\u2069", "abc"],
    ["tag characters go", "oi\u{E0049}\u{E0067}\u{E007F}", "oi"],
    ["zero-width characters go", "a\u200Bb\u2060c\uFEFF", "abc"],
    ["variation selectors go", "a\uFE00\uFE0F\u{E0100}b", "ab"],
    ["joiners between Latin letters go", "a\u200Db\u200Cc", "abc"],
    ["lone surrogates go", "a\uD83Db\uDE00", "ab"],
    ["emoji sequences stay", "👩‍👩‍👧‍👦 ❤️ 👍🏽 1️⃣ 🏳️‍🌈", "👩‍👩‍👧‍👦 ❤️ 👍🏽 1️⃣ 🏳️‍🌈"],
    ["Persian and Hindi joiners stay", "می‌خواهم क्‍ष", "می‌خواهم क्‍ष"],
    ["accents stay", "é a\u0301ção", "é a\u0301ção"],
  ])("%s", (_rule, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  test("twice is the same as once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(cleanText(cleanText(text))).toBe(cleanText(text));
      }),
    );
  });
});

describe("a hostile text of 100 KB", () => {
  const hostileUnits = 100_000;
  const limitMs = 50;
  const triesMax = 5;
  const seeds = [
    ...'*_~`<>[]|#{}\\ \n"=-!.(a\u200D'.split(""),
    ...["**", "***", "__", "**a ", "*a* ", "* ", "[a", "[](", "[a](b", "[a](b(", "![", "<a ", "<a =", "<!--"],
    ...["`a``b```", "~~a ", "http://", "http://a.", "|a", "|\n|-|\n", "> ", "# ", "a. ", "\\*", "{{", "{%"],
    ...[
      "***a",
      "_a ",
      "</b",
      "\uFE0F",
      "\n\n",
      "👩‍",
      "e\u0301",
      "*a_b~",
      "``` a\n",
      "a\uD83D",
      "<b>",
      "**a\n",
    ],
  ];

  test.each(seeds.map((seed) => [JSON.stringify(seed), seed]))(
    "made of %s takes no longer than any other",
    (_name, seed) => {
      const text = `x${seed.repeat(hostileUnits / seed.length)}`;
      for (const channel of ["Channel::Whatsapp", null]) {
        for (const end of ["", "x]>)"]) expect(fastestMs(text + end, channel)).toBeLessThan(limitMs);
      }
    },
  );

  /** Time this thread worked, so that a busy machine proves nothing; the first run also pays for compiling. */
  function fastestMs(text: string, channel: string | null): number {
    let fastest = Infinity;
    for (let tried = 0; tried < triesMax && fastest >= limitMs; tried++) {
      const before = process.threadCpuUsage();
      composeReply(text, channel);
      const { user, system } = process.threadCpuUsage(before);
      fastest = Math.min(fastest, (user + system) / 1_000);
    }
    return fastest;
  }
});
