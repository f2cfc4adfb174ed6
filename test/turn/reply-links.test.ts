// Links of an answer: what is taken out, what stays.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { replyParts } from "../../src/turn/reply-parts.ts";
import { withAllowedLinks } from "../../src/turn/reply-links.ts";

const HOSTS = ["shop.example.com"];

describe("with a list of hosts", () => {
  test.each<[what: string, text: string, left: string]>([
    ["its host", "See https://shop.example.com/a?b=1.", "See https://shop.example.com/a?b=1."],
    ["a host below it", "See https://eu.shop.example.com/a", "See https://eu.shop.example.com/a"],
    ["another host", "See https://evil.test/a?b=1, now.", "See , now."],
    ["a host that ends alike", "https://evilshop.example.com", ""],
    ["its host as a name in another", "https://shop.example.com.evil.test/x", ""],
    ["its host as a user", "https://shop.example.com@evil.test/x", ""],
    ["an address without a scheme", "Go to www.evil.test/x today", "Go to  today"],
    ["a bare name", "Go to evil.com/x today", "Go to  today"],
    ["a bare name that is allowed", "Go to shop.example.com today", "Go to shop.example.com today"],
    ["words with a link", "[our *page*](https://evil.test/x)", "our *page*"],
    ["words with an allowed link", "[page](https://shop.example.com)", "[page](https://shop.example.com)"],
    ["a script behind words", "[click](javascript:alert(1))", "click"],
    ["a mail address", "Write to ana@evil.com please", "Write to ana@evil.com please"],
    ["a number with a point", "Custa 10.50 por m2, ex. 3.200.", "Custa 10.50 por m2, ex. 3.200."],
    ["capitals", "HTTPS://EVIL.TEST/x", ""],
    ["no link", "e.g. nothing", "e.g. nothing"],
  ])("%s", (_what, text, left) => {
    expect(withAllowedLinks(text, HOSTS)).toBe(left);
  });

  test("no address of another host is left in a reply, however it is written", () => {
    const piece = fc.constantFrom(
      ..."https:// http:// www. evil.com evil.com/x [a]( ) ![b]( < > \\ \u200B * _ ` . / : shop.example.com a ".split(
        " ",
      ),
      " ",
      "\n",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom("Channel::Whatsapp", null),
        (pieces, channel) => {
          for (const part of replyParts(pieces.join(""), channel, HOSTS)) {
            const links = part.match(/https?:\/\/[^\s<>()]+/gi) ?? [];
            const hosts = links.map(
              (link) => URL.parse(link.replace(/[.,;:!?"'*_~`]+$/, ""))?.hostname ?? "",
            );
            expect(hosts.filter((host) => host !== "" && !/(^|\.)shop\.example\.com\.?$/.test(host))).toEqual(
              [],
            );
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("without a list", () => {
  test("links stay as they are, pictures go and leave their words", () => {
    const text = "[page](https://any.test/x) ![a photo](https://any.test/p.png?d=secret) https://other.test";
    expect(withAllowedLinks(text, ["*"])).toBe("[page](https://any.test/x) a photo https://other.test");
  });
});

test("nothing costs more than a long text, whatever it repeats", () => {
  for (const piece of ["a.", "ç.", "[", "![a](", "www.", "https://", "a.com", "(", "a-"]) {
    const startedAt = performance.now();
    withAllowedLinks(piece.repeat(Math.ceil(60_000 / piece.length)), HOSTS);
    expect(performance.now() - startedAt).toBeLessThan(150);
  }
});

describe("Liquid cannot be put together by taking links out", () => {
  test.each([
    "{evil\\.com{contact.email}}",
    "{https:\\/\\/evil.com {contact.email}}",
    "{[x](https://evil.com){a}",
    "{www\\.evil.com{%a%}",
  ])("%s", (content) => {
    for (const channel of ["Channel::Whatsapp", null])
      expect(replyParts(content, channel, HOSTS).join("\n")).not.toMatch(/\{[{%]|[%}]\}/);
  });

  test("whatever stands between the braces", () => {
    const piece = fc.constantFrom(..."{ } % {{ evil.com evil\\.com https:// \\ [ ]( ) ! www. / a".split(" "));
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.constantFrom("Channel::Whatsapp", null),
        (pieces, channel) => {
          expect(replyParts(pieces.join(""), channel, HOSTS).join("\n")).not.toMatch(/\{[{%]|[%}]\}/);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe("a reply of a model that writes what no WhatsApp shows", () => {
  test.each<[string, string, string[]]>([
    ["HTML", "<b>Oi</b> <script>alert(1)</script>", ["Oi alert(1)"]],
    ["a picture", "![logo](https://any.test/p.png) Oi", ["logo Oi"]],
    ["nothing but a picture without words", "![](https://any.test/p.png)", []],
    ["Liquid", "Olá {{contact.email}}", ["Olá {\u200B{contact.email}\u200B}"]],
    ["a heading and bold", "# Preços\n**dez**", ["*Preços*\n*dez*"]],
  ])("%s", (_what, content, parts) => {
    expect(replyParts(content, null, ["*"])).toEqual(parts);
  });
});
