// The text of documents: PDF and Word, whole, locked, damaged and malicious.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/errors.ts";
import { extractText } from "../../src/knowledge/extract.ts";
import { EXTRACT_LIMITS, type ExtractLimits } from "../../src/knowledge/extracted.ts";
import {
  deflated,
  docxOf,
  docxWith,
  FIRST_FREE,
  latin1,
  linesOnPage,
  paragraph,
  pdfOf,
  streamOf,
  utf8,
  zipOf,
} from "./files.ts";

const read = (kind: "pdf" | "docx", bytes: Uint8Array, limits: Partial<ExtractLimits> = {}) =>
  extractText(kind, bytes, { ...EXTRACT_LIMITS, ...limits });

/** The reason for which it is refused. */
async function refusal(...args: Parameters<typeof read>): Promise<string | undefined> {
  const error = await read(...args).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "unreadable_file", status: 422, retryable: false });
  return error instanceof AppError ? error.reason : undefined;
}

const PAGES = [
  linesOnPage([
    "Tabela de preços",
    "",
    "",
    "O metro custa dez reais (à vista), e a insta-",
    "lação é grátis.",
    "",
    "",
    "\\o/",
  ]),
  linesOnPage(["Segunda página."]),
];
const TEXT =
  "Tabela de preços\n\nO metro custa dez reais (à vista), e a instalação é grátis.\n\n\\o/\n\nSegunda página.";

describe("a PDF", () => {
  test.each([
    ["as it is", pdfOf({ pages: PAGES })],
    ["packed", pdfOf({ pages: PAGES.map(deflated), filter: "/FlateDecode" })],
    [
      "packed twice",
      pdfOf({ pages: PAGES.map(deflated).map(deflated), filter: "[/FlateDecode /FlateDecode]" }),
    ],
    ["locked against changes alone", pdfOf({ pages: PAGES, password: { user: "" } })],
    [
      "without its table of objects",
      latin1(
        Buffer.from(pdfOf({ pages: PAGES }))
          .toString("latin1")
          .replace(/\nxref[^]*\ntrailer/, "\ntrailer"),
      ),
    ],
  ])("is read page by page, %s", async (_how, bytes) => {
    expect(await read("pdf", bytes)).toEqual({ text: TEXT, pages: 2, isTruncated: false });
  });

  test("leaves its bytes to whoever gave them", async () => {
    const bytes = pdfOf({ pages: PAGES });
    await read("pdf", bytes);
    expect(bytes).toEqual(pdfOf({ pages: PAGES }));
  });

  test("of many pages is read to the limit of pages or of characters", async () => {
    const pages = Array.from({ length: 30 }, (_, index) => linesOnPage([`Esta é a página ${index + 1}.`]));
    const three = await read("pdf", pdfOf({ pages }), { pagesMax: 3 });
    expect(three).toMatchObject({ pages: 30, isTruncated: true });
    expect(three.text).toEndWith("Esta é a página 3.");
    const short = await read("pdf", pdfOf({ pages }), { charactersMax: 30 });
    expect(short).toEqual({ text: "Esta é a página 1.\n\nEsta é a p", pages: 30, isTruncated: true });
    expect(await read("pdf", pdfOf({ pages }))).toMatchObject({ pages: 30, isTruncated: false });
  });

  test("of pictures alone has no text, and is no failure", async () => {
    const picture = streamOf(
      latin1("\x80".repeat(16)),
      "/Type /XObject /Subtype /Image /Width 4 /Height 4 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    );
    const bytes = pdfOf({
      pages: [latin1("q 100 0 0 100 0 0 cm /I Do Q")],
      objects: [picture],
      resources: `/XObject << /I ${FIRST_FREE} 0 R >>`,
    });
    expect(await read("pdf", bytes)).toEqual({ text: "", pages: 1, isTruncated: false });
  });

  test("that asks for a password is refused, and says so", async () => {
    expect(await refusal("pdf", pdfOf({ pages: PAGES, password: { user: "segredo" } }))).toBe("encrypted");
  });

  test.each([
    ["nothing but its first line", latin1("%PDF-1.4\nnada")],
    ["only its first half", pdfOf({ pages: PAGES }).slice(0, 500)],
    ["no byte", new Uint8Array()],
    ["something else", zipOf([])],
  ])("that is %s is refused as broken", async (_what, bytes) => {
    expect(await refusal("pdf", bytes)).toBe("broken");
  });

  test.each([
    ["a form that draws itself", "/X Do "],
    ["brackets a million deep", "[".repeat(1_000_000)],
    ["a picture within the text that never ends", "BI /W 9 /H 9 ID xxxxx"],
  ])("with %s ends", async (_what, content) => {
    const form = streamOf(
      latin1(content),
      `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${FIRST_FREE} 0 R >> >>`,
    );
    const bytes = pdfOf({
      pages: [latin1(content)],
      objects: [form],
      resources: `/XObject << /X ${FIRST_FREE} 0 R >>`,
    });
    expect(await read("pdf", bytes)).toMatchObject({ text: "", pages: 1 });
  });

  test("whose pages name each other in a circle is refused or read, and ends", async () => {
    const text = Buffer.from(pdfOf({ pages: PAGES })).toString("latin1");
    const circle = latin1(text.replace(/\/Kids \[\d+/, "/Kids [2"));
    const outcome = await read("pdf", circle).then(
      ({ pages }) => pages,
      (error: AppError) => error.reason,
    );
    expect([2, "broken"]).toContain(outcome ?? "");
  });
});

describe("a Word document", () => {
  const heading = (level: string): string => `<w:pStyle w:val="${level}"/>`;
  const cell = (...texts: string[]): string =>
    `<w:tc>${texts.map((text) => paragraph(text)).join("")}</w:tc>`;

  test("is read in its order: headings, paragraphs, lists, tables", async () => {
    const body = [
      paragraph("Preços", heading("Ttulo1")),
      paragraph("O metro custa &#x201C;dez&#x201D; reais &amp; cinco."),
      `<w:p><w:r><w:t>insta</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>lação</w:t></w:r><w:r><w:tab/><w:t>grátis</w:t><w:br/><w:t>hoje</w:t></w:r></w:p>`,
      paragraph("Itens", heading("Heading2")),
      paragraph("cal", "<w:numPr/>"),
      paragraph("tinta", "<w:numPr/>"),
      `<w:p/><w:tbl><w:tr>${cell("a", "b")}${cell("c")}</w:tr><w:tr>${cell("d")}${cell("e")}</w:tr></w:tbl>`,
      paragraph("Fim"),
    ].join("");
    const paragraphs = [
      "# Preços",
      "O metro custa “dez” reais & cinco.",
      "instalação grátis\nhoje",
      "## Itens",
      "- cal\n- tinta",
      "a b | c\nd | e",
      "Fim",
    ];
    expect(await read("docx", docxOf(body))).toEqual({ text: paragraphs.join("\n\n"), isTruncated: false });
  });

  test.each([
    ["deleted text", "<w:p><w:del><w:r><w:delText>no</w:delText></w:r></w:del></w:p>"],
    ["text moved elsewhere", `<w:moveFrom>${paragraph("no")}</w:moveFrom>`],
    ["hidden text", "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r></w:p>"],
    ["codes of fields", "<w:p><w:r><w:instrText>no</w:instrText></w:r></w:p>"],
    [
      "the older twin of a drawing",
      `<mc:AlternateContent><mc:Fallback>${paragraph("no")}</mc:Fallback></mc:AlternateContent>`,
    ],
  ])("is without %s", async (_what, markup) => {
    const { text } = await read("docx", docxOf(`${paragraph("antes")}${markup}${paragraph("depois")}`));
    expect(text).toBe("antes\n\ndepois");
  });

  test("shows text whose hiding is switched off", async () => {
    const body = `<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>sim</w:t></w:r></w:p>`;
    expect((await read("docx", docxOf(body))).text).toBe("sim");
  });

  test("may be stored unpacked, in UTF-16, and have a comment behind it", async () => {
    const xml = new Uint8Array(Buffer.from(`\ufeff<w:document>${paragraph("Olá")}</w:document>`, "utf16le"));
    const bytes = zipOf([{ name: "word/document.xml", content: xml, isStored: true }], "comentário");
    expect((await read("docx", bytes)).text).toBe("Olá");
  });

  test("ends at the limit of characters", async () => {
    const long = await read("docx", docxOf(paragraph("palavra").repeat(1_000)), { charactersMax: 20 });
    expect(long).toEqual({ text: "palavra\n\npalavra\n\npa", isTruncated: true });
  });

  test("of entities within entities expands none of them", async () => {
    const lol = Array.from(
      { length: 9 },
      (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
    );
    const xml = `<!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">${lol.join("")}]><w:document>${paragraph("a &l9; &f; b")}</w:document>`;
    expect((await read("docx", docxWith(xml))).text).toBe("a &l9; &f; b");
  });

  test("that unpacks to more than it may is given up there", async () => {
    const begun = performance.now();
    expect(await refusal("docx", docxOf(" ".repeat(100_000_000)), { unzippedBytesMax: 1_000_000 })).toBe(
      "too_large",
    );
    const stored = zipOf([{ name: "word/document.xml", content: utf8("x".repeat(2_000)), isStored: true }]);
    expect(await refusal("docx", stored, { unzippedBytesMax: 1_000 })).toBe("too_large");
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("that is nested too deeply is refused", async () => {
    expect(await refusal("docx", docxOf("<w:tbl>".repeat(2_000)))).toBe("too_deep");
  });

  test("that is locked is refused, and says so", async () => {
    const bytes = zipOf([{ name: "word/document.xml", content: utf8("<w:document/>"), isEncrypted: true }]);
    expect(await refusal("docx", bytes)).toBe("encrypted");
  });

  const good = docxOf(paragraph("Olá"));
  test.each([
    ["cut short", good.slice(0, -30)],
    ["without its beginning", good.slice(100)],
    ["an archive of something else", zipOf([{ name: "a.txt", content: utf8("x") }])],
    ["an empty archive", zipOf([])],
    ["no archive", utf8("Olá")],
    ["XML of something else", docxWith("<html><p>x</p></html>")],
    [
      "damaged inside",
      zipOf([{ name: "word/document.xml", content: utf8("x"), isStored: true }]).map((byte, at) =>
        at === 8 ? 8 : byte,
      ),
    ],
  ])("that is %s is refused as broken", async (_what, bytes) => {
    expect(await refusal("docx", bytes)).toBe("broken");
  });

  test("with any bytes changed is read or refused, and nothing else", async () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = good.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        await read("docx", bytes).catch((error: unknown) =>
          expect(error).toMatchObject({ code: "unreadable_file" }),
        );
      }),
      { numRuns: 500 },
    );
  });
});
