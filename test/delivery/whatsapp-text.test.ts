// How Markdown reads on WhatsApp: once through Chatwoot's own conversion, once as it is.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formatForWhatsapp } from "../../src/delivery/whatsapp-text.ts";

/** What the model wrote, what a channel that Chatwoot converts gets, what every other channel gets. */
type Case = [written: string, forChatwoot: string, forWhatsapp: string];

const MARKS: Case[] = [
  ["**oi**", "**oi**", "*oi*"],
  ["__oi__", "**oi**", "*oi*"],
  ["*oi*", "**oi**", "*oi*"],
  ["_oi_", "_oi_", "_oi_"],
  ["***oi***", "**_oi_**", "*_oi_*"],
  ["**a *b* c**", "**a _b_ c**", "*a _b_ c*"],
  ["**a *b***", "**a _b_**", "*a _b_*"],
  ["*a **b** c*", "**a b c**", "*a b c*"],
  ["~~oi~~", "~oi~", "~oi~"],
  ["~oi~", "~oi~", "~oi~"],
  ["~~**10**~~ 8", "~**10**~ 8", "~*10*~ 8"],
  ["**Total:** R$ 10,00.", "**Total:** R$ 10,00.", "*Total:* R$ 10,00."],
  ["(**importante**)!", "(**importante**)!", "(*importante*)!"],
  ["a **b** c **d**", "a **b** c **d**", "a *b* c *d*"],
  ["你好**世界**朋友", "你好**世界**朋友", "你好*世界*朋友"],
];

const NO_MARKS: Case[] = [
  ["2 * 3 * 4 = 24", "2 * 3 * 4 = 24", "2 * 3 * 4 = 24"],
  ["2*3*4", "2\\*3\\*4", "2*3*4"],
  ["2**3**4", "2\\*\\*3\\*\\*4", "2**3**4"],
  ["snake_case_word and __dunder", "snake_case_word and __dunder", "snake_case_word and __dunder"],
  ["my__long__name", "my__long__name", "my__long__name"],
  ["preço* e prazo*", "preço\\* e prazo\\*", "preço* e prazo*"],
  ["(*) um (*) dois", "(\\*) um (\\*) dois", "(*) um (*) dois"],
  ["** oi **", "** oi **", "** oi **"],
  ["**oi", "\\*\\*oi", "**oi"],
  ["****", "", ""],
  ["\\*oi\\*", "\\*oi\\*", "*oi*"],
  ["a < b > c, 1 <2", "a < b > c, 1 <2", "a < b > c, 1 <2"],
  ["#promo e #1", "#promo e #1", "#promo e #1"],
];

const CODE: Case[] = [
  ["`a * b ** c`", "`a * b ** c`", "`a * b ** c`"],
  ["**use `**x**`**", "**use `**x**`**", "*use `**x**`*"],
  ["``a ` **b**``", "``a ` **b**``", "``a ` **b**``"],
  ["`a **b**", "`a **b**", "`a *b*"],
  ["```js\n# **x**  \n| a | b |\n```", "```\n# **x**  \n| a | b |\n```", "```\n# **x**  \n| a | b |\n```"],
  ["~~~\n**x**\n~~~\n**y**", "```\n**x**\n```\n**y**", "```\n**x**\n```\n*y*"],
  ["```\n**x**", "```\n**x**\n```", "```\n**x**\n```"],
];

const LINKS: Case[] = [
  ["[site](https://x.com/a_b_c)", "site: https://x.com/a_b_c", "site: https://x.com/a_b_c"],
  ["[https://x.com](https://x.com)", "https://x.com", "https://x.com"],
  ["[x.com](https://x.com/)", "https://x.com/", "https://x.com/"],
  ["[](https://x.com)", "https://x.com", "https://x.com"],
  ["[a@b.co](mailto:a@b.co)", "a@b.co", "a@b.co"],
  ['[site](https://x.com "dica")', "site: https://x.com", "site: https://x.com"],
  ["[**site**](https://x.com)", "**site**: https://x.com", "*site*: https://x.com"],
  ["**[site](https://x.com)**", "**site: https://x.com**", "*site: https://x.com*"],
  ["[w](https://w.org/X_(y))", "w: https://w.org/X_(y)", "w: https://w.org/X_(y)"],
  ["![foto](https://x.com/f.png)", "foto: https://x.com/f.png", "foto: https://x.com/f.png"],
  ["![](https://x.com/f.png)", "https://x.com/f.png", "https://x.com/f.png"],
  ["<https://x.com/a>", "https://x.com/a", "https://x.com/a"],
  ["https://x.com/__a__/*b*/c", "https://x.com/__a__/*b*/c", "https://x.com/__a__/*b*/c"],
  ["**https://x.com**", "**https://x.com**", "*https://x.com*"],
  ["[não é](um link)", "[não é](um link)", "[não é](um link)"],
  ["[1]: https://x.com", "[1] https://x.com", "[1] https://x.com"],
];

const BLOCKS: Case[] = [
  ["# Título", "**Título**", "*Título*"],
  ["### **Título** ##", "**Título**", "*Título*"],
  ["## A *b* C#", "**A _b_ C#**", "*A _b_ C#*"],
  [
    "* um\n* **dois**\n+ três\n- quatro",
    "- um\n- **dois**\n- três\n- quatro",
    "- um\n- *dois*\n- três\n- quatro",
  ],
  ["1. um\n2. dois", "1. um\n2. dois", "1. um\n2. dois"],
  ["- um\n    * dois", "- um\n   - dois", "- um\n    - dois"],
  ["> **citado**\n> # alto", "> **citado**\n> **alto**", "> *citado*\n> *alto*"],
  ["a\n\n---\n\nb", "a\n\nb", "a\n\nb"],
  ["a\n\n---\nb", "a\n\nb", "a\n\nb"],
  ["a\n* * *\nb", "a\nb", "a\nb"],
  [
    "| Item | R$ |\n|:---|---:|\n| **Bolo** | 10 |\n| a \\| b |  |\nfim",
    "Item · R$\n**Bolo** · 10\na | b\nfim",
    "Item · R$\n*Bolo* · 10\na | b\nfim",
  ],
  ["a | b\nc | d", "a | b\nc | d", "a | b\nc | d"],
];

const HTML: Case[] = [
  ['<b>oi</b> <i class="x">você</i>', "oi você", "oi você"],
  ["um<br>dois<br/>três", "um\ndois\ntrês", "um\ndois\ntrês"],
  ["<ul><li>um</li><li>dois</li></ul>", "\n\n- um\n- dois\n", "\n\n- um\n- dois\n"],
  ["a<!-- nota -->b", "ab", "ab"],
  ["Olá <nome>", "Olá \\<nome>", "Olá <nome>"],
  ["x <b and c> y", "x \\<b and c> y", "x <b and c> y"],
  ["<constructor>", "\\<constructor>", "<constructor>"],
];

describe.each([
  ["marks", MARKS],
  ["what only looks like marks", NO_MARKS],
  ["code", CODE],
  ["links", LINKS],
  ["blocks", BLOCKS],
  ["HTML", HTML],
] satisfies [string, Case[]][])("%s", (_title, cases) => {
  test.each(cases)(
    "%j goes out as %j where Chatwoot converts, as %j elsewhere",
    (written, forChatwoot, forWhatsapp) => {
      expect(formatForWhatsapp(written, "chatwoot")).toBe(forChatwoot);
      expect(formatForWhatsapp(written, "whatsapp")).toBe(forWhatsapp);
    },
  );
});

test("text without any mark is left as it is", () => {
  const plain = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N} ,.;:!?()'"$%&@/-]*$/u);
  fc.assert(
    fc.property(fc.array(plain), (lines) => {
      const text = lines.join("\n");
      expect(formatForWhatsapp(text, "chatwoot")).toBe(text);
      expect(formatForWhatsapp(text, "whatsapp")).toBe(text);
    }),
  );
});

test("what WhatsApp gets is not changed by a second pass", () => {
  const words = fc.array(
    fc.constantFrom("**a**", "*b*", "_c_", "~~d~~", "`e*`", "https://x.y/_z_", "2 * 3", "f"),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(words, (list) => {
      const once = formatForWhatsapp(list.join(" "), "whatsapp");
      expect(formatForWhatsapp(once, "whatsapp")).toBe(once);
    }),
  );
});
