// The text of files that are text: plain, tables, pages.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { extractText } from "../../src/knowledge/extract.ts";
import { EXTRACT_LIMITS, type ExtractedText, type ExtractLimits } from "../../src/knowledge/extracted.ts";
import { latin1, utf16, utf8 } from "./files.ts";

function read(kind: "txt" | "md" | "csv" | "html", bytes: Uint8Array, limits: Partial<ExtractLimits> = {}) {
  return extractText(kind, bytes, { ...EXTRACT_LIMITS, ...limits });
}

const textOf = async (...args: Parameters<typeof read>): Promise<string> => (await read(...args)).text;
const whole = (text: string): ExtractedText => ({ text, isTruncated: false });

/** What `work` failed with, null when it did not. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe("plain text", () => {
  test.each([
    ["UTF-8", utf8("preço 10 €")],
    ["UTF-8 with its mark", utf8("\ufeffpreço 10 €")],
    ["UTF-16, little end first", utf16("preço 10 €", "le")],
    ["UTF-16, big end first", utf16("preço 10 €", "be")],
    ["what an old Windows wrote", latin1("pre\xe7o 10 \x80")],
    ["letters with their accents apart", utf8("prec\u0327o 10 €")],
  ])("is read from %s", async (_encoding, bytes) => {
    expect(await read("txt", bytes)).toEqual(whole("preço 10 €"));
  });

  test("has one kind of line end and nothing that cannot be seen", async () => {
    expect(await textOf("txt", utf8("a\r\nb\rc\u2028d\0\x1b[1m\u00ad\te\n\n"))).toBe("a\nb\nc\nd[1m\te");
  });

  test("keeps Markdown as it is written", async () => {
    expect(await textOf("md", utf8("# Preços\n\n- *dez*"))).toBe("# Preços\n\n- *dez*");
  });

  test("ends at the limit, between characters", async () => {
    expect(await read("txt", utf8("abc😀def"), { charactersMax: 4 })).toEqual({
      text: "abc",
      isTruncated: true,
    });
    expect(await read("txt", utf8("abc😀"), { charactersMax: 5 })).toEqual(whole("abc😀"));
  });

  test("is empty for an empty file", async () => {
    expect(await read("txt", new Uint8Array())).toEqual(whole(""));
  });
});

describe("a table", () => {
  test("is read row by row, each cell under its header", async () => {
    const text = await textOf("csv", utf8("Nome,Preço,Nota\r\nCal,10,\r\nTinta,20,boa\r\n"));
    expect(text).toBe("Nome: Cal\nPreço: 10\n\nNome: Tinta\nPreço: 20\nNota: boa");
  });

  test.each([
    ["semicolons, as Excel has them in Brazil", "Nome;Preço\nCal;10,50"],
    ["tabs", "Nome\tPreço\nCal\t10,50"],
    ["bars", "Nome|Preço\nCal|10,50"],
    ["quotes", 'Nome,Preço\n"Cal","10,50"'],
    ["blank lines and rows of nothing", '\n,,\nNome,Preço\n\n , \nCal,"10,50"\n\n'],
    ["a mark of UTF-8", "\ufeffNome;Preço\nCal;10,50"],
  ])("may have %s", async (_what, text) => {
    expect(await textOf("csv", utf8(text))).toBe("Nome: Cal\nPreço: 10,50");
  });

  test("may have quotes, delimiters and lines in its cells", async () => {
    expect(await textOf("csv", utf8('A,B\n"x ""y"", z\nw",2'))).toBe('A: x "y", z w\nB: 2');
  });

  test("keeps cells that no header names, and a row that is alone", async () => {
    expect(await textOf("csv", utf8("A\n1,2"))).toBe("A: 1\n2");
    expect(await textOf("csv", utf8("uma só"))).toBe("uma só");
  });

  test("loses nothing to a quote that never closes", async () => {
    expect(await textOf("csv", utf8('A,B\n1,"x\n2,y'))).toBe("A: 1\nB: x 2,y");
  });

  test("ends at the limit of characters and of columns", async () => {
    const rows = utf8(`Cabeçalho\n${"x\n".repeat(10_000)}`);
    expect(await read("csv", rows, { charactersMax: 100 })).toMatchObject({ isTruncated: true });
    const cells = await read("csv", utf8(`${"x,".repeat(5_000)}y`));
    expect([cells.isTruncated, cells.text.split("\n").length]).toEqual([true, 1_000]);
  });
});

describe("a page", () => {
  test("is what its reader sees, in paragraphs", async () => {
    const page = `<!doctype html><html><head><title>A loja</title><style>p{}</style></head><body>
      <script>alert("x")</script><h1>Pre&ccedil;os</h1><p>Um <b>me</b>tro
      custa&nbsp;&#49;0&euro;.<br>À vista</p><ul><li>cal<li>tinta</ul>
      <table><tr><th>a<th>b<tr><td>1<td>2</table><h3>Fim</h3>&lt;p&gt;</body></html>`;
    const paragraphs = [
      "A loja",
      "# Preços",
      "Um metro custa 10€.\nÀ vista",
      "- cal\n- tinta",
      "a | b\n1 | 2",
      "### Fim",
      "<p>",
    ];
    expect(await read("html", utf8(page))).toEqual(whole(paragraphs.join("\n\n")));
  });

  test.each([
    ["scripts", "<script>no</script>"],
    ["styles", "<style>no</style>"],
    ["templates", "<template><p>no</p></template>"],
    ["what is for browsers without scripts", "<noscript>no</noscript>"],
    ["hidden elements", "<div hidden><p>no<input></p><br></div>"],
    ["elements that are not displayed", `<div style="color:red; DISPLAY : none">no<div>no</div></div>`],
    ["invisible elements", `<p style="visibility:hidden">no</p>`],
    ["drawings", "<svg><text>no</text></svg>"],
    ["comments", "<!-- no <p>no</p> -->"],
    ["form fields", "<textarea>no</textarea><select><option>no</select><input value=no>"],
  ])("is without %s", async (_what, markup) => {
    expect(await textOf("html", utf8(`<p>antes ${markup} depois</p>`))).toMatch(/^antes\s+depois$/);
  });

  test("keeps the lines of what is set as it is typed", async () => {
    expect(await textOf("html", utf8("<pre>a  b\nc</pre>"))).toBe("a b\nc");
  });

  test("is read in the encoding that it names, where it is no UTF-8", async () => {
    expect(await textOf("html", latin1(`<meta charset="iso-8859-2"><p>\xb3\xf3d\xbc</p>`))).toBe("łódź");
    expect(await textOf("html", latin1(`<meta charset="nonsense"><p>pre\xe7o</p>`))).toBe("preço");
  });

  test("ends at the limit, and is refused when it is nested too deeply", async () => {
    const long = await read("html", utf8("<p>palavra</p>".repeat(1_000)), { charactersMax: 20 });
    expect(long).toEqual({ text: "palavra\n\npalavra\n\npa", isTruncated: true });
    const deep = read("html", utf8("<div>".repeat(2_000)));
    expect(await failureOf(deep)).toMatchObject({ code: "unreadable_file", status: 422, reason: "too_deep" });
  });
});

test("a file over the limit of bytes is not begun", async () => {
  const read4 = read("txt", utf8("abcde"), { bytesMax: 4 });
  expect(await failureOf(read4)).toMatchObject({ code: "unreadable_file", reason: "too_large" });
});

test("any bytes are some text, of any of these kinds, within the limit and well-formed", async () => {
  const pieces = fc.constantFrom(
    "<p>",
    "</p>",
    "<!--",
    "<td>",
    '"',
    ",",
    "\n",
    ";",
    "&lt;",
    "&#x110000;",
    "\ufeff",
    "é",
    "😀",
    " ",
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(pieces).map((some) => utf8(some.join(""))),
  );
  const kinds = fc.constantFrom("txt", "md", "csv", "html");
  await fc.assert(
    fc.asyncProperty(kinds, bytes, fc.integer({ min: 0, max: 50 }), async (kind, some, charactersMax) => {
      const { text } = await read(kind, some, { charactersMax });
      expect(text.length).toBeLessThanOrEqual(charactersMax);
      expect(text.isWellFormed()).toBe(true);
      expect(text).toBe(text.normalize("NFC").trim());
    }),
    { numRuns: 500 },
  );
});
