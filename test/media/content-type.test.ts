import { describe, expect, test } from "bun:test";
import { contentTypeOf, sniffMediaType } from "../../src/media/content-type.ts";

const bytes = (latin1: string): Uint8Array => Buffer.from(latin1, "latin1");
const OGG = bytes("OggS\0\x02\0\0\0\0\0\0\0\0aaaa\0\0\0\0bbbb\x01\x13OpusHead");
const JPEG = bytes("\xff\xd8\xff\xe0\0\x10JFIF\0");
const PNG = bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
const MP4 = bytes("\0\0\0\x20ftypisom\0\0\x02\0");
const WEBM = bytes("\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm");
const ZIP = bytes("PK\x03\x04\x14\0\x06\0\x08\0");
const SVG = bytes('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
const HTML = bytes("<!doctype html><html><body>Please sign in</body></html>");
const AMR = bytes("#!AMR\n\x3c\x91\x17\x16\xbe\x66\x79\xe1\xe0\x01");
const NOISE = bytes("\x01\x02\x03\xf0\0\x9a\x80\0\0\x07");

describe("the first bytes prove what a file is", () => {
  test.each([
    ["a voice note", OGG, "audio/ogg"],
    ["an mp3 with a tag", bytes("ID3\x04\0\0\0\0\0\0"), "audio/mpeg"],
    ["an mp3 without", bytes("\xff\xfb\x90\x64\0\0"), "audio/mpeg"],
    ["an m4a", bytes("\0\0\0\x1cftypM4A \0\0\0\0"), "audio/mp4"],
    ["a wav", bytes("RIFF\x24\0\0\0WAVEfmt "), "audio/wav"],
    ["a webm", WEBM, "audio/webm"],
    ["a jpeg", JPEG, "image/jpeg"],
    ["a png", PNG, "image/png"],
    ["a webp", bytes("RIFF\x24\0\0\0WEBPVP8 "), "image/webp"],
    ["a gif", bytes("GIF89a\x01\0\x01\0"), "image/gif"],
    ["a pdf", bytes("%PDF-1.7\n"), "application/pdf"],
    ["an archive, which may be an office document", ZIP, null],
    ["an SVG", SVG, null],
    ["a page", HTML, null],
    ["a text", bytes("bom dia"), null],
    ["noise", NOISE, null],
    ["nothing", bytes(""), null],
  ])("%s", (_, head, proven) => {
    expect(sniffMediaType(head)).toBe(proven);
  });
});

describe("a file is kept under the type", () => {
  const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  test.each([
    ["that its bytes prove, whatever was declared", JPEG, "text/html", "image/jpeg"],
    ["that its bytes prove, when nothing was declared", OGG, undefined, "audio/ogg"],
    ["of sound, when opus was declared", OGG, "audio/opus", "audio/ogg"],
    ["of film, when its container was declared to hold one", MP4, "video/mp4", "video/mp4"],
    ["of sound, when its container was declared to", MP4, "audio/mp4", "audio/mp4"],
    ["of sound, when another film was declared", WEBM, "video/mp4", "audio/webm"],
    ["declared, without parameters and in small letters", NOISE, "Audio/AMR; rate=8000", "audio/amr"],
    ["declared, when it is a sound that its bytes do not prove", AMR, "audio/amr", "audio/amr"],
    ["declared, when it is an office document", ZIP, docx, docx],
    ["declared, when it is a text", bytes("a;b\n1;2\n"), "text/csv", "text/csv"],
    ["of any bytes, when nothing was declared", NOISE, undefined, "application/octet-stream"],
    ["of any bytes, when what was declared is no type", NOISE, "audio", "application/octet-stream"],
    ["of any bytes, when it says to be two", NOISE, "audio/amr, text/html", "application/octet-stream"],
    ["of any bytes, when a line end was slipped in", NOISE, "audio/amr\r\nx: y", "application/octet-stream"],
    ["of any bytes, when an SVG says to be one", SVG, "image/svg+xml", "application/octet-stream"],
    ["of any bytes, when an SVG says to be a png", SVG, "image/png", "application/octet-stream"],
    ["of any bytes, when noise says to be a picture", NOISE, "image/png", "application/octet-stream"],
    ["of a page, when it says to be a picture", HTML, "image/png", "text/html"],
    ["of a page, when it says to be a sound", HTML, "audio/ogg", "text/html"],
    ["of an archive, when it says to be a picture", ZIP, "image/png", "application/zip"],
  ])("%s", (_, head, declared, kept) => {
    expect(contentTypeOf(head, declared)).toBe(kept);
  });
});
