// What a file is told to be, by its bytes and, between texts, by its name.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CONTENT_TYPES, type FileHints, fileTypeOf } from "../../src/knowledge/file-type.ts";
import { docxOf, latin1, linesOnPage, paragraph, pdfOf, utf16, utf8, zipOf } from "./files.ts";

const PAGE = "<!DOCTYPE html>\n<html><body><p>Olá</p></body></html>";
const kindOf = (bytes: Uint8Array, hints?: FileHints): string => fileTypeOf(bytes, hints).kind;

describe("the bytes tell", () => {
  test.each([
    ["a PDF", "pdf", pdfOf({ pages: [linesOnPage(["Olá"])] })],
    ["a Word document", "docx", docxOf(paragraph("Olá"))],
    [
      "a Word document with pictures",
      "docx",
      docxOf("", [{ name: "word/media/1.png", content: latin1("\x89") }]),
    ],
    ["an archive", "zip", zipOf([{ name: "word.txt", content: utf8("Olá") }])],
    ["an empty archive", "zip", zipOf([])],
    ["an archive cut short", "zip", docxOf(paragraph("Olá")).slice(0, 90)],
    ["a PNG", "png", latin1("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")],
    ["a JPEG", "jpeg", latin1("\xff\xd8\xff\xe0\0\x10JFIF")],
    ["a GIF", "gif", latin1("GIF89a\x01\0")],
    ["a WebP", "webp", latin1("RIFF\x24\0\0\0WEBPVP8 ")],
    ["a WAV", "wav", latin1("RIFF\x24\0\0\0WAVEfmt ")],
    ["an Ogg", "ogg", latin1("OggS\0\x02\0\0OpusHead")],
    ["an MP3 with tags", "mp3", latin1("ID3\x04\0\0\0")],
    ["an MP3 without", "mp3", latin1("\xff\xfb\x90\x64\0")],
    ["an M4A", "m4a", latin1("\0\0\0\x20ftypM4A \0\0\0\0")],
    ["a WebM", "webm", latin1("\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm")],
    ["a Matroska film as nothing known", "other", latin1("\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska")],
    ["another RIFF as nothing known", "other", latin1("RIFF\x24\0\0\0AVI LIST\0\0")],
    ["a program as nothing known", "other", latin1("\x7fELF\x02\x01\x01\0\0\0\0\0")],
    ["an old Word document as nothing known", "other", latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")],
    ["an empty file as nothing known", "other", new Uint8Array()],
    ["plain text", "txt", utf8("Olá, mundo")],
    ["text of an old Windows", "txt", latin1("pre\xe7o \x93dez\x94")],
    ["UTF-16, little end first", "txt", utf16("Olá", "le")],
    ["UTF-16, big end first", "txt", utf16("Olá", "be")],
    ["a page", "html", utf8(PAGE)],
    ["a page in UTF-16", "html", utf16(PAGE, "le")],
    [
      "a page behind an XML declaration and a comment",
      "html",
      utf8(`<?xml version="1.0"?>\n<!-- a --> ${PAGE}`),
    ],
  ])("%s", (_what, kind, bytes) => {
    expect(kindOf(bytes)).toBe(kind);
  });

  test("a Word document with macros is an archive, which nobody unpacks", () => {
    const macros = { name: "word/vbaProject.bin", content: latin1("\0") };
    expect(kindOf(docxOf(paragraph("Olá"), [macros]), { name: "a.docx" })).toBe("zip");
  });

  test("every kind has a content type of its own", () => {
    expect(new Set(Object.values(CONTENT_TYPES)).size).toBe(Object.keys(CONTENT_TYPES).length);
    expect(fileTypeOf(utf8(PAGE))).toEqual({ kind: "html", contentType: "text/html" });
  });
});

describe("between texts the name decides", () => {
  const table = utf8("a,b\n1,2");
  test.each<[string, FileHints, string]>([
    ["a table by its name", { name: "Preços.CSV" }, "csv"],
    ["a table with tabs by its name", { name: "a.tsv" }, "csv"],
    ["a table by its declared type", { contentType: "text/csv; charset=utf-8" }, "csv"],
    ["Markdown by its name", { name: "LEIA.md" }, "md"],
    [
      "Markdown by its declared type where the name says nothing",
      { name: "LEIA", contentType: "text/markdown" },
      "md",
    ],
    ["text by its name against its declared type", { name: "a.txt", contentType: "text/csv" }, "txt"],
    ["text that claims to be a PDF", { name: "a.pdf", contentType: "application/pdf" }, "txt"],
    ["text that claims to be a picture", { name: "a.png", contentType: "image/png" }, "txt"],
    ["text without a tag that claims to be a page", { name: "a.html", contentType: "text/html" }, "txt"],
  ])("%s", (_what, hints, kind) => {
    expect(kindOf(table, hints)).toBe(kind);
  });

  test("a part of a page is one when it is called so, else text", () => {
    const part = utf8("Preços: <b>dez</b><p>reais</p>");
    expect([kindOf(part, { name: "a.htm" }), kindOf(part)]).toEqual(["html", "txt"]);
  });

  test("a PDF is one whatever it is called", () => {
    expect(kindOf(pdfOf({ pages: [] }), { name: "a.txt", contentType: "text/html" })).toBe("pdf");
  });
});

describe("never a page", () => {
  test.each([
    ["a drawing", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><p>x</p></svg>`, "other"],
    [
      "a drawing behind its declarations",
      `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x"><svg><p>x</p></svg>`,
      "other",
    ],
    ["a drawing with a prefix", `<!-- a --><svg:svg xmlns:svg="x"><p>x</p></svg:svg>`, "other"],
    ["a shell script", "#!/bin/sh\necho '<p>x</p>'", "txt"],
    ["a script of a server", "<?php echo '<p>x</p>'; ?>", "txt"],
    ["a script of a browser", "<script>document.write('<p>x</p>')</script>", "txt"],
  ])("%s", (_what, text, kind) => {
    expect(kindOf(utf8(text), { name: "a.html", contentType: "text/html" })).toBe(kind);
  });
});

test("any bytes under any name have a kind", () => {
  const hints = fc.record({ name: fc.string(), contentType: fc.string() });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), hints, (bytes, said) => {
      expect(Object.keys(CONTENT_TYPES)).toContain(kindOf(bytes, said));
    }),
  );
});

test("a text that begins as many comments do is told quickly", () => {
  const begun = performance.now();
  for (const head of ["<!--", "<!-- -->", " ", "<?xml ", "<p ", "<"])
    kindOf(utf8(head.repeat(20_000)), { name: "a.html" });
  expect(performance.now() - begun).toBeLessThan(2_000);
});
